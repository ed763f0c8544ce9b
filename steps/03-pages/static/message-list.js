import { element } from "./element.js"
import { joinTo, messageElement } from "./message-element.js"

/** @typedef {import("./message-element.js").Message} Message */

const mostKept = 500
const endPixels = 40

/** The messages of a room. A reader at the end stays there. A reader of earlier
 * messages is not disturbed, and gets a button. */
export function openMessageList() {
  const log = element("chat-log", HTMLOutputElement)
  const button = element("chat-newer", HTMLButtonElement)
  /** @type {Message[]} */
  let arrived = []
  let isAtEnd = true
  let isFollowing = false
  let height = log.clientHeight
  /** What stays below the last message.
   * @type {Element | undefined} */
  let last

  function scrollToEnd() {
    log.scrollTop = log.scrollHeight
    isAtEnd = true
    button.hidden = true
  }

  /** Scrolling makes the browser lay out the page, which takes the longer the
   * more there is. So it happens once for all messages that arrive before the
   * browser paints. */
  function show() {
    const messages = arrived.map(messageElement)
    const follows = isAtEnd || isFollowing
    arrived = []
    isFollowing = false
    let before = last ? last.previousElementSibling : log.lastElementChild
    for (const message of messages) {
      joinTo(before, message)
      before = message
    }
    if (last) last.before(...messages)
    else log.append(...messages)
    if (follows) {
      trim()
      scrollToEnd()
    } else {
      button.hidden = false
    }
  }

  function trim() {
    while (log.childElementCount > mostKept) log.firstElementChild?.remove()
    if (log.firstElementChild) joinTo(null, log.firstElementChild)
  }

  log.addEventListener("scroll", () => {
    if (log.clientHeight !== height) return // the reader has not moved
    const below = log.scrollHeight - log.clientHeight - log.scrollTop
    isAtEnd = below <= endPixels
    if (isAtEnd) button.hidden = true
  })
  // A phone's keyboard, or an error, takes room from the log.
  new ResizeObserver(() => {
    height = log.clientHeight
    if (isAtEnd) scrollToEnd()
  }).observe(log)
  button.addEventListener("click", () => {
    scrollToEnd()
    log.focus()
  })

  return {
    /**
     * @param {Message} message
     * @param {boolean} isFromHere the person has sent it, and wants to see it
     */
    add(message, isFromHere) {
      if (arrived.length === 0) requestAnimationFrame(show)
      arrived.push(message)
      isFollowing ||= isFromHere
      // A hidden tab does not paint: the newest are enough.
      if (isAtEnd && arrived.length > mostKept) arrived.shift()
    },
    clear() {
      arrived = []
      for (const child of [...log.children]) if (child !== last) child.remove()
      scrollToEnd()
    },
    toEnd: scrollToEnd,
    /**
     * @param {Element} [element] what stays below the last message, if anything;
     *   given again after each change of its height
     */
    keepLast(element) {
      if (element !== last) {
        last?.remove()
        last = element
        if (element) log.append(element)
      }
      if (isAtEnd) scrollToEnd()
    },
  }
}
