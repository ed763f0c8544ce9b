import type { Socket } from "node:net"
import { WebSocket } from "ws"

/** The longest wait of a page, and how long it waits for the handshake. */
const longestWaitMs = 10_000

/** The server has asked this client not to come back by itself. */
const refusals = new Set([1002, 1007, 1008, 1009])

/** These answers to a handshake do not change by themselves. */
const lasting = new Set([401, 403, 404])

export interface ReturningSocketOptions {
  /** The address, asked for at each attempt: it may lead to another server. */
  readonly url: () => string
  readonly headers?: Readonly<Record<string, string>>
  /** By what the page's waits are divided: 1 waits as long as a page. */
  readonly hurry?: number
  /** Where its waits get their chance from: between 0 and 1, without 1. */
  readonly random?: () => number
}

interface Events {
  onOpen(): void
  onFrame(text: string): void
  /** @param ended if it does not come back by itself: why */
  onLost(ended?: string): void
}

/** A socket that comes back by itself, by the rules of the pages'
 * `connection.js`. */
export class ReturningSocket {
  private socket: WebSocket | undefined
  private raw: Socket | undefined
  private timer: NodeJS.Timeout | undefined
  private failures = 0
  private isOver = false

  constructor(
    private readonly options: ReturningSocketOptions,
    private readonly events: Events,
  ) {
    this.connect()
  }

  get isOpen(): boolean {
    return this.socket?.readyState === WebSocket.OPEN
  }

  /** @returns whether it could */
  send(text: string): boolean {
    if (!this.isOpen) return false
    this.socket?.send(text)
    return true
  }

  /** Drops the connection without a word to the other side: what is on its way
   * is lost, in both directions. It comes back by itself. */
  reset(): void {
    if (this.isOpen) this.raw?.resetAndDestroy()
    else this.socket?.terminate()
  }

  /** Closes for good. Resolves when the socket is closed. */
  async close(): Promise<void> {
    this.isOver = true
    clearTimeout(this.timer)
    const { socket } = this
    if (!socket || socket.readyState === WebSocket.CLOSED) return
    const closed = new Promise((resolve) => socket.once("close", resolve))
    socket.close()
    await closed
  }

  private connect(): void {
    const { url, headers } = this.options
    const socket = new WebSocket(url(), { headers })
    let openedAt = Number.POSITIVE_INFINITY
    let status = 0
    this.socket = socket
    this.timer = this.after(longestWaitMs, () => socket.terminate())
    socket.on("upgrade", (response) => {
      this.raw = response.socket
    })
    socket.on("open", () => {
      clearTimeout(this.timer)
      openedAt = performance.now()
      this.events.onOpen()
    })
    socket.on("message", (data) => this.events.onFrame(String(data)))
    socket.on("unexpected-response", (request, response) => {
      status = response.statusCode ?? 0
      request.destroy()
      socket.terminate()
    })
    socket.on("error", () => {}) // "close" follows
    socket.on("close", (code, reason) => {
      clearTimeout(this.timer)
      if (this.isOver) return this.events.onLost("it was closed")
      const isRefusal = refusals.has(code) || (code >= 4000 && code <= 4099)
      if (isRefusal) return this.end(`it was closed with ${code} ${reason}`)
      if (lasting.has(status)) return this.end(`it was refused with ${status}`)
      this.events.onLost()
      // One that closes again at once has not really worked.
      const openMs = performance.now() - openedAt
      if (openMs * this.hurry > longestWaitMs) this.failures = 0
      const wait = this.waitMs(code, this.failures++)
      this.timer = this.after(wait, () => this.connect())
    })
  }

  private end(why: string): void {
    this.isOver = true
    this.events.onLost(why)
  }

  private get hurry(): number {
    return this.options.hurry ?? 1
  }

  private after(ms: number, action: () => void): NodeJS.Timeout {
    return setTimeout(action, ms / this.hurry)
  }

  private waitMs(code: number, failures: number): number {
    const { random = Math.random } = this.options
    if (code === 1001 || code === 1012) return 2_000 * random()
    if (code === 1013) return 5_000 + 5_000 * random()
    const longest = Math.min(250 * 2 ** failures, longestWaitMs)
    return longest * (0.5 + random() / 2)
  }
}
