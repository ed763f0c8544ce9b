import { keepConnected } from "./connection.js"

/**
 * Connects the page to its room.
 * @param {(frame: Record<string, string>) => string | undefined} formatLine
 * the line that shows a frame, or nothing where it is not to be shown
 */
export function openRoom(formatLine) {
  const form = element("chat-form", HTMLFormElement)
  const input = element("chat-message-input", HTMLInputElement)
  const log = element("chat-log", HTMLOutputElement)
  const error = element("chat-error", HTMLElement)
  const status = element("connection", HTMLElement)

  const send = keepConnected(roomUrl(), {
    onFrame(frame) {
      error.textContent = frame.error ?? ""
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
    // What could not be sent stays in the field.
    if (send(JSON.stringify({ message: input.value }))) input.value = ""
    else error.textContent = "Not sent: there is no connection yet."
    input.focus()
  })
}

function roomUrl() {
  const data = element("room-name", HTMLScriptElement).textContent ?? ""
  const room = encodeURIComponent(JSON.parse(data))
  const scheme = location.protocol === "https:" ? "wss:" : "ws:"
  return `${scheme}//${location.host}/ws/chat/${room}/`
}

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
