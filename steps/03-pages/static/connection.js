const longestWaitMs = 10_000

/** The server has asked this client not to come back by itself. */
const refusals = new Set([1002, 1007, 1008, 1009])

/** The session has ended: a login is due. */
const sessionEnded = 4001

/**
 * A socket that comes back by itself, as its close code allows.
 * @param {{
 *   url(): string,
 *   onFrame(frame: import("./room.js").Frame): void,
 *   onState(state: "open" | "lost" | "refused"): void,
 * }} options
 * - url: the address, asked for at each attempt
 * - onState: "lost" comes back by itself, "refused" only by `reconnect`
 */
export function keepConnected({ url, onFrame, onState }) {
  /** @type {WebSocket | undefined} */
  let socket
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer
  let failures = 0

  function connect() {
    clearTimeout(timer)
    const own = new WebSocket(url())
    socket?.close() // its events no longer count
    socket = own
    let openedAt = Number.POSITIVE_INFINITY
    // A proxy may hold the request for a minute before it answers 504.
    timer = setTimeout(() => own.close(), longestWaitMs)
    own.addEventListener("open", () => {
      if (own !== socket) return
      clearTimeout(timer)
      openedAt = performance.now()
      onState("open")
    })
    own.addEventListener("message", ({ data }) => {
      if (own === socket) onFrame(JSON.parse(data))
    })
    own.addEventListener("close", async ({ code }) => {
      if (own !== socket) return
      clearTimeout(timer)
      const isRefusal = refusals.has(code) || (code >= 4000 && code <= 4099)
      const isOver = code === sessionEnded
      if (isRefusal && !isOver) return onState("refused")
      onState("lost")
      // One that closes again at once has not really worked.
      if (performance.now() - openedAt > longestWaitMs) failures = 0
      const hasOpened = openedAt < Number.POSITIVE_INFINITY
      if ((isOver || !hasOpened) && (await leaves(isOver))) return
      if (own === socket) timer = setTimeout(connect, waitMs(code, failures++))
    })
  }

  connect()
  return {
    /** @param {string} text @returns {boolean} whether it could */
    send(text) {
      if (socket?.readyState !== WebSocket.OPEN) return false
      socket.send(text)
      return true
    },
    /** Connects at once, whatever there was. */
    reconnect() {
      failures = 0
      connect()
    },
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

/**
 * A socket that never opened cannot tell why. The page's own address can: it
 * may lead to a login, or be gone. While a proxy answers 502, the page stays:
 * it would be replaced by the proxy's, which never comes back.
 * @param {boolean} isOver whether this page is of no more use, because the
 *   server has closed the session
 * @returns whether the page is loaded again
 */
export async function leaves(isOver) {
  const answer = await fetch(location.href, {
    cache: "no-store",
    redirect: "manual",
    signal: AbortSignal.timeout(longestWaitMs),
  }).catch(() => undefined)
  if (!answer) return false
  const isElsewhere = answer.type === "opaqueredirect"
  const isGone = isElsewhere || [401, 403, 404].includes(answer.status)
  const isLeaving = isGone || (isOver && answer.ok)
  if (isLeaving) location.reload()
  return isLeaving
}
