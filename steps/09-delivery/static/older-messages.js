import { element, ownName } from "/static/03-pages/element.js"
import { joinTo, messageElement } from "/static/03-pages/message-element.js"

/**
 * @typedef {import("/static/03-pages/message-element.js").Message} Message
 * @typedef {import("./frame.js").Frame} Frame
 */

const topPixels = 40
const quietMs = 1_000

/**
 * Loads older messages when the reader has come to the top of the log, or if
 * the log has room for them. What the reader looks at does not move.
 * @param {{
 *   toMessage(frame: Frame): Message,
 *   isWaiting(): boolean,
 * }} options
 * - isWaiting: whether the connection still brings what was missed
 */
export function openOlderMessages({ toMessage, isWaiting }) {
  const log = element("chat-log", HTMLOutputElement)
  const beginning = note("This is the beginning of the room.")
  let isLoading = false

  function oldest() {
    return Number(log.querySelector("[data-id]")?.getAttribute("data-id") ?? 0)
  }

  async function look() {
    const id = oldest()
    const isAtTop = id !== 0 && log.scrollTop <= topPixels
    if (!isAtTop || isWaiting() || isLoading || beginning.isConnected) return
    isLoading = true
    try {
      const older = await fetchBefore(id)
      // The log may have begun again meanwhile.
      if (id === oldest()) prepend(older)
    } catch {
      // There is no connection: the next message or scrolling tries again.
    } finally {
      isLoading = false
    }
  }

  /** @param {readonly Frame[]} frames oldest first */
  function prepend(frames) {
    const below = log.scrollHeight - log.scrollTop
    const isFirst = (frames[0]?.previous ?? 0) === 0
    const top = isFirst ? [beginning] : []
    const elements = frames.map((frame) => elementOf(toMessage(frame)))
    const next = log.firstElementChild
    /** @type {Element | null} */
    let before = null
    for (const message of elements) {
      joinTo(before, message)
      before = message
    }
    if (before && next?.classList.contains("message")) joinTo(before, next)
    // A screen reader would read out all of them.
    log.ariaLive = "off"
    setTimeout(() => log.removeAttribute("aria-live"), quietMs)
    log.prepend(...top, ...elements)
    log.scrollTop = log.scrollHeight - below
  }

  log.addEventListener("scroll", look)
  new MutationObserver(look).observe(log, { childList: true })

  return {
    /** What comes next does not go on from what was shown. The log is empty. */
    markGap() {
      log.prepend(note(gap))
    },
  }
}

const gap =
  "You may have missed messages before this line. Scroll up to read them."

/** @param {Message} message */
function elementOf(message) {
  return messageElement({ ...message, isOwn: message.author === ownName() })
}

/** @param {string} text */
function note(text) {
  const made = document.createElement("span")
  made.className = "note"
  made.textContent = `${text}\n`
  return made
}

/**
 * @param {number} id
 * @returns {Promise<readonly Frame[]>}
 * @throws {Error} if there is no answer, or another page
 */
async function fetchBefore(id) {
  const answer = await fetch(`messages/?before=${id}`)
  const { messages } = await answer.json()
  return messages
}
