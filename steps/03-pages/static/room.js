import { keepConnected } from "./connection.js"

/** @typedef {Record<string, string>} Frame */

/**
 * Connects the page to its room.
 * @param {{
 *   formatLine(frame: Frame): string | undefined,
 *   onFrame?(frame: Frame): boolean,
 *   url?(): string,
 *   outbox?(text: string, send: (data: string) => boolean): boolean,
 * }} options
 * - formatLine: the line that shows a frame; undefined if it is not shown
 * - onFrame: sees each frame first; true if that was all
 * - url: the socket's address, asked for at each attempt to connect
 * - outbox: takes what the person has written; false if it must stay in the
 *   field
 */
export function openRoom({
  formatLine,
  onFrame = () => false,
  url = roomUrl,
  outbox = sendAtOnce,
}) {
  const form = element("chat-form", HTMLFormElement)
  const input = element("chat-message-input", HTMLInputElement)
  const log = element("chat-log", HTMLOutputElement)
  const error = element("chat-error", HTMLElement)
  const status = element("connection", HTMLElement)

  const send = keepConnected({
    url,
    onFrame(frame) {
      if (onFrame(frame)) return
      if (frame.error !== undefined) error.textContent = frame.error
      const line = frame.error === undefined ? formatLine(frame) : undefined
      if (line === undefined) return
      log.append(`${line.replace(/[\r\n\u0085\u2028\u2029]+/g, " ")}\n`)
      log.scrollTop = log.scrollHeight
    },
    onStatus(text, isOpen) {
      status.textContent = text
      status.dataset.open = String(isOpen)
      if (isOpen) error.textContent = ""
    },
  })

  form.addEventListener("submit", (event) => {
    event.preventDefault()
    if (input.value.trim() === "") return
    const isTaken = outbox(input.value, send)
    if (isTaken) input.value = ""
    error.textContent = isTaken ? "" : "Not sent: there is no connection yet."
    input.focus()
  })
}

/**
 * @param {string} text
 * @param {(data: string) => boolean} send
 */
function sendAtOnce(text, send) {
  return send(JSON.stringify({ message: text }))
}

// #region room-url
function roomUrl() {
  const data = element("room-name", HTMLScriptElement).textContent ?? ""
  const room = encodeURIComponent(JSON.parse(data))
  const scheme = location.protocol === "https:" ? "wss:" : "ws:"
  return `${scheme}//${location.host}/ws/chat/${room}/`
}
// #endregion room-url

/**
 * @template {HTMLElement} Kind
 * @param {string} id
 * @param {new () => Kind} kind
 * @returns {Kind}
 */
function element(id, kind) {
  const found = document.getElementById(id)
  if (found instanceof kind) return found
  throw new Error(`The page has no ${kind.name} with the id ${id}`)
}
