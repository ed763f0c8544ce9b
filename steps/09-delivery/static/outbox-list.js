import { element } from "/static/03-pages/element.js"

/** @typedef {import("./outbox.js").Entry} Entry */

/**
 * Shows the messages on their way, below the others. A screen reader reads out a
 * message when it is in the log, and a reason when it has failed.
 * @param {{
 *   place(list: Element | undefined): void,
 *   sendAgain(key: string): void,
 *   discard(key: string): void,
 * }} options
 * - place: puts the list into the page; without one, takes it away
 */
export function openOutboxList({ place, sendAgain, discard }) {
  const input = element("chat-message-input", HTMLInputElement)
  const list = make("outbox")
  list.role = "list"
  list.ariaLabel = "Your messages on their way"
  list.ariaLive = "off"
  /** @type {Map<string, HTMLElement>} */
  const items = new Map()
  /** Stored, and not in the log yet.
   * @type {Set<string>} */
  const stored = new Set()

  /** @param {(key: string) => boolean} isOver */
  function removeIf(isOver) {
    for (const [key, item] of items) {
      if (!isOver(key)) continue
      item.remove()
      items.delete(key)
    }
    place(items.size > 0 ? list : undefined)
  }

  /** @param {Entry} entry */
  function add({ key, text }) {
    const item = make("message own", make("bubble", text), make("state"))
    item.role = "listitem"
    items.set(key, item)
    list.append(item)
    return item
  }

  /**
   * @param {string} label
   * @param {() => void} action
   */
  function button(label, action) {
    const made = document.createElement("button")
    made.className = "plain"
    made.textContent = label
    made.addEventListener("click", () => {
      action()
      input.focus() // the button is gone
    })
    return made
  }

  /**
   * @param {HTMLElement} item
   * @param {string} state
   * @param {string} words
   */
  function setState(item, state, words) {
    if (item.dataset.state === state) return // it would be read out again
    item.dataset.state = state
    const shown = item.querySelector(".state")
    if (!shown) return
    if (state === "failed") shown.role = "alert"
    shown.textContent = words
  }

  return {
    /** @param {readonly Entry[]} entries */
    show(entries) {
      for (const entry of entries) {
        const { key, state, error = "" } = entry
        const item = items.get(key) ?? add(entry)
        if (state === "sending") setState(item, state, "Sending…")
        else if (item.dataset.state !== state) {
          setState(item, state, `Not sent. ${error}`)
          const again = button("Send again", () => sendAgain(key))
          const gone = button("Discard", () => discard(key))
          item.append(make("choices", again, gone))
        }
      }
      const keys = new Set(entries.map(({ key }) => key))
      removeIf((key) => !keys.has(key) && !stored.has(key))
    },

    /** It is stored: it stays here until it is in the log.
     * @param {string} key */
    keep(key) {
      const item = items.get(key)
      if (!item) return
      stored.add(key)
      setState(item, "sent", "Sent")
    },

    /** It is in the log now.
     * @param {string} key */
    drop(key) {
      if (stored.delete(key)) removeIf((it) => it === key)
    },

    /** The log begins again: what is stored is in it, or above it. */
    dropStored() {
      removeIf((key) => stored.has(key))
      stored.clear()
    },
  }
}

/**
 * @param {string} className
 * @param {(string | Node)[]} children
 */
function make(className, ...children) {
  const made = document.createElement("span")
  made.className = className
  made.append(...children)
  return made
}
