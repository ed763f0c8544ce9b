const longestWaitMs = 10_000

/** The server has asked this client not to come back by itself. */
const refusals = new Set([1002, 1007, 1008, 1009])

/** The session has ended: a login is due. */
const sessionEnded = 4001

/**
 * A socket that comes back by itself, as its close code allows.
 * @param {{
 *   url(): string,
 *   onFrame(frame: Record<string, string>): void,
 *   onStatus(text: string, isOpen: boolean): void,
 * }} options the address is asked for at each attempt
 * @returns {(text: string) => boolean} sends, and tells whether it could
 */
export function keepConnected({ url, onFrame, onStatus }) {
  /** @type {WebSocket} */
  let socket
  let failures = 0

  function connect() {
    let openedAt = Number.POSITIVE_INFINITY
    socket = new WebSocket(url())
    socket.addEventListener("open", () => {
      openedAt = performance.now()
      onStatus("Connected", true)
    })
    socket.addEventListener("message", (event) => {
      onFrame(JSON.parse(event.data))
    })
    socket.addEventListener("close", async ({ code }) => {
      if (code === sessionEnded) return location.reload()
      if (refusals.has(code) || (code >= 4000 && code <= 4099)) {
        return onStatus("Closed by the server. Reload to come back.", false)
      }
      onStatus("Connection lost. Trying again…", false)
      // One that closes again at once has not really worked.
      if (performance.now() - openedAt > longestWaitMs) failures = 0
      if (openedAt < Number.POSITIVE_INFINITY || (await mayTryAgain())) {
        setTimeout(connect, waitMs(code, failures++))
      }
    })
  }

  connect()
  return (text) => {
    if (socket.readyState !== WebSocket.OPEN) return false
    socket.send(text)
    return true
  }
}

/**
 * At random, so that not all clients of a server come back at once.
 * @param {number} code
 * @param {number} failures
 */
function waitMs(code, failures) {
  if (code === 1001 || code === 1012) return 2_000 * Math.random()
  if (code === 1013) return 5_000 + 5_000 * Math.random()
  const longest = Math.min(250 * 2 ** failures, longestWaitMs)
  return longest * (0.5 + Math.random() / 2)
}

/** A socket that never opened cannot say why. The page's own address can: it
 * may lead to a login, or be gone. A proxy's 502 says only that the server is
 * not back yet. */
async function mayTryAgain() {
  const signal = AbortSignal.timeout(longestWaitMs)
  const answer = await fetch(location.href, { signal }).catch(() => undefined)
  if (!answer) return true
  const isOver = answer.redirected || [401, 403, 404].includes(answer.status)
  if (isOver) location.reload()
  return !isOver
}
