import { element } from "./element.js"

const words = {
  open: "Connected",
  back: "Connected again",
  lost: "Connection lost. Trying again…",
  refused: "Closed by the server.",
}

/**
 * Shows whether the page is connected, in words and colour.
 * @param {() => void} reconnect
 * @returns {(state: "open" | "lost" | "refused") => void}
 */
export function openConnectionBar(reconnect) {
  const bar = element("connection", HTMLElement)
  const status = element("connection-status", HTMLElement)
  const button = element("connection-retry", HTMLButtonElement)
  button.addEventListener("click", reconnect)
  let wasLost = false

  return (state) => {
    const isOpen = state === "open"
    const shown = isOpen && wasLost ? "back" : state
    if (bar.dataset.state === shown) return // it would be read out again
    wasLost ||= !isOpen
    status.textContent = words[shown]
    bar.dataset.state = shown
    bar.dataset.open = String(isOpen)
    button.hidden = isOpen
  }
}
