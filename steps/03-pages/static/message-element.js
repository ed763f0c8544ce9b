/**
 * @typedef {{
 *   id?: number,
 *   text: string,
 *   author?: string,
 *   time?: Date,
 *   isOwn?: boolean,
 * }} Message
 */

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "short" })
const calendar = new Intl.DateTimeFormat("en", { dateStyle: "full" })

/** @type {Map<string, number>} */
const hues = new Map()

/**
 * A message reads "ann: hi" and a line break, whatever was typed in: the author
 * is an element of its own, so no text can look like another person's message.
 * The time is an attribute, and so no part of the text.
 * @param {Message} message
 */
export function messageElement({ id, text, author, time, isOwn = false }) {
  const line = text.replace(/[\r\n\u0085\u2028\u2029]+/g, " ")
  const bubble = make("span", "bubble", make("bdi", "text", line))
  const message = make("span", "message", bubble, "\n")
  message.classList.toggle("own", isOwn)
  if (id !== undefined) message.dataset.id = String(id)
  if (author !== undefined) {
    const colon = make("span", "visually-hidden", ": ")
    const name = make("span", "author", make("bdi", "", author), colon)
    name.dataset.hue = String(hueOf(author))
    message.prepend(name)
  }
  if (time) {
    const shown = document.createElement("time")
    shown.dateTime = time.toISOString()
    shown.dataset.clock = clock.format(time)
    bubble.append(shown)
    message.dataset.date = calendar.format(time)
  }
  return message
}

/**
 * Shows the author and the day only where they change. A message without a time
 * belongs to the day of the one above it.
 * @param {Element | null} before the message above it
 * @param {Element} message
 */
export function joinTo(before, message) {
  const day = dateOf(before)
  if (day && message instanceof HTMLElement) message.dataset.date ??= day
  const author = authorOf(message)
  const isSameAuthor = author !== undefined && author === authorOf(before)
  const isNewDay = dateOf(message) !== day
  message.classList.toggle("new-day", isNewDay)
  message.classList.toggle("follows", isSameAuthor && !isNewDay)
}

/** @param {Element | null} message */
function dateOf(message) {
  return message instanceof HTMLElement ? message.dataset.date : undefined
}

/** @param {Element | null} message */
function authorOf(message) {
  return message?.querySelector(".author")?.textContent
}

/**
 * One of six colours: the next one for each new author.
 * @param {string} author
 */
function hueOf(author) {
  const hue = hues.get(author) ?? hues.size % 6
  hues.set(author, hue)
  return hue
}

/**
 * @param {string} tag
 * @param {string} className
 * @param {(string | Node)[]} children
 */
function make(tag, className, ...children) {
  const element = document.createElement(tag)
  element.className = className
  element.append(...children)
  return element
}
