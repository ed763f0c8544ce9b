import type { WebSocket } from "ws"

export interface HeartbeatOptions {
  readonly pingMs?: number
  /** How long after the second unanswered ping a client is given up. */
  readonly lateMs?: number
}

/** Pings each socket, and ends those that no longer answer: a computer that was
 * unplugged never closes its connection. Browsers answer by themselves. For
 * `ServerOptions.onOpen`. */
export function heartbeat({
  pingMs = 20_000,
  lateMs = 10_000,
}: HeartbeatOptions = {}): (socket: WebSocket) => void {
  return (socket) => {
    let unanswered = 0
    let timer: NodeJS.Timeout | undefined
    socket.on("close", () => clearTimeout(timer))
    // #region heartbeat
    socket.on("pong", () => {
      unanswered = 0
    })
    function ping(): void {
      socket.ping()
      unanswered++
      timer =
        unanswered < 2 ? setTimeout(ping, pingMs) : setTimeout(end, lateMs)
    }
    function end(): void {
      // The answers of a client that we do not read wait behind its frames.
      if (socket.isPaused) unanswered = 0
      if (unanswered < 2) timer = setTimeout(ping, pingMs - lateMs)
      else socket.terminate()
    }
    // At random: sockets that opened together are not pinged together.
    timer = setTimeout(ping, Math.random() * pingMs)
    // #endregion heartbeat
  }
}
