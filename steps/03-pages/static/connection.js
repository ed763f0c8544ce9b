const longestWait = 5_000
const refusalsUntilGivingUp = 5

/**
 * A socket that comes back by itself when the server does.
 * @param {string} url
 * @param {{
 *   onFrame(frame: Record<string, string>): void,
 *   onStatus(text: string, isOpen: boolean): void,
 * }} handlers
 * @returns {(text: string) => boolean} sends, and tells whether it could
 */
export function keepConnected(url, { onFrame, onStatus }) {
  /** @type {WebSocket} */
  let socket
  let failures = 0
  let refusals = 0

  function connect() {
    let opened = false
    socket = new WebSocket(url)
    socket.addEventListener("open", () => {
      opened = true
      failures = 0
      refusals = 0
      onStatus("Connected", true)
    })
    socket.addEventListener("message", (event) => {
      onFrame(JSON.parse(event.data))
    })
    socket.addEventListener("close", async () => {
      onStatus("Connection lost. Trying again…", false)
      if (opened || (await mayTryAgain())) {
        const wait = Math.min(250 * 2 ** failures++, longestWait)
        setTimeout(connect, wait * (0.5 + Math.random() / 2))
      }
    })
  }

  /** A socket that never opened cannot say why: the page's address can. */
  async function mayTryAgain() {
    const answer = await fetch(location.href).catch(() => undefined)
    if (!answer) return true // the server is not there yet
    if (answer.redirected || !answer.ok) {
      location.reload() // a login may be due
      return false
    }
    if (++refusals < refusalsUntilGivingUp) return true
    onStatus("The server refuses this chat. Reload to try again.", false)
    return false
  }

  connect()
  return (text) => {
    if (socket.readyState !== WebSocket.OPEN) return false
    socket.send(text)
    return true
  }
}
