import { EventEmitter, once } from "node:events"
import type { IncomingMessage } from "node:http"
import { WebSocket } from "ws"
import { lastWords } from "./last-words.ts"

/** How long a frame or a closing is waited for. */
const answerTimeoutMs = 10_000

export interface SocketClientOptions {
  readonly headers?: Readonly<Record<string, string>>
  readonly subprotocols?: string[]
  /** Adds what the server says to what a failure tells. */
  readonly serverOutput?: () => string
}

export interface Closing {
  readonly code: number
  readonly reason: string
}

/** The server answered the handshake with a status instead of a socket. */
export class HandshakeRefused extends Error {
  constructor(
    readonly status: number,
    readonly body: string,
  ) {
    super(`The handshake was refused with ${status}: ${body.trim()}`)
  }
}

/** A scripted client: says things, waits for what arrives, and when that does
 * not come tells what was sent and received instead. */
export class SocketClient {
  readonly sent: string[] = []
  readonly received: string[] = []
  private readonly events = new EventEmitter()
  private closing: Closing | undefined
  private read = 0

  private constructor(
    readonly socket: WebSocket,
    private readonly options: SocketClientOptions,
  ) {
    socket.on("message", (data) => {
      this.received.push(String(data))
      this.events.emit("news")
    })
    socket.on("close", (code, reason) => {
      this.closing = { code, reason: reason.toString() }
      this.events.emit("news")
    })
    socket.on("error", () => {}) // "close" follows, and tells the code
  }

  /** @throws HandshakeRefused, or Node's error where nobody listens */
  static async open(
    url: string,
    options: SocketClientOptions = {},
  ): Promise<SocketClient> {
    const { headers, subprotocols } = options
    const socket = new WebSocket(url, subprotocols, { headers })
    const client = new SocketClient(socket, options)
    const stop = new AbortController()
    const { signal } = stop
    try {
      await Promise.race([
        once(socket, "open", { signal }),
        refused(socket, signal),
      ])
    } finally {
      stop.abort()
    }
    return client
  }

  /** The subprotocol that the server chose, or "". */
  get protocol(): string {
    return this.socket.protocol
  }

  send(data: string | Uint8Array): void {
    this.sent.push(String(data))
    this.socket.send(data)
  }

  /** Sends `{"message": …}`. */
  say(message: unknown): void {
    this.send(JSON.stringify({ message }))
  }

  /** @returns the next frame that has not been read yet
   * @throws Error if the socket closes, or nothing comes in time */
  async next(): Promise<string> {
    await this.until("a frame", () => this.received.length > this.read)
    return this.received[this.read++] as string
  }

  /** @returns the next frame, parsed */
  async nextFrame(): Promise<Record<string, unknown>> {
    const frame = await this.next()
    try {
      return JSON.parse(frame)
    } catch {
      throw this.failure("JSON", "the frame is none")
    }
  }

  /** @returns the next so many frames, parsed */
  async nextFrames(count: number): Promise<Record<string, unknown>[]> {
    const frames = []
    while (frames.length < count) frames.push(await this.nextFrame())
    return frames
  }

  /** Waits until the other side, or we, have closed. */
  async closed(): Promise<Closing> {
    await this.until("the closing", () => this.closing !== undefined)
    return this.closing as Closing
  }

  async close(code?: number, reason?: string): Promise<Closing> {
    this.socket.close(code, reason)
    return this.closed()
  }

  private async until(what: string, isThere: () => boolean): Promise<void> {
    const signal = AbortSignal.timeout(answerTimeoutMs)
    while (!isThere()) {
      if (this.closing) throw this.failure(what, "the socket closed")
      try {
        await once(this.events, "news", { signal })
      } catch {
        const seconds = answerTimeoutMs / 1_000
        throw this.failure(what, `none came within ${seconds} s`)
      }
    }
  }

  /** What was sent and received so far, a line each. */
  transcript(): string {
    const { code, reason } = this.closing ?? {}
    const lines = [
      `  address   ${this.socket.url}`,
      `  sent      ${lastOf(this.sent)}`,
      `  received  ${lastOf(this.seen())}`,
      this.closing && `  closed    with ${code} ${reason}`.trimEnd(),
    ]
    return lines.filter(Boolean).join("\n")
  }

  /** What has been read; before that, what has come. */
  private seen(): readonly string[] {
    return this.read > 0 ? this.received.slice(0, this.read) : this.received
  }

  private failure(what: string, problem: string): Error {
    const output = this.options.serverOutput?.().trim()
    const lines = [
      `Expected ${what}, but ${problem}.`,
      this.transcript(),
      output && `The server printed:\n${lastWords(output)}`,
    ]
    return new Error(lines.filter(Boolean).join("\n"))
  }
}

async function refused(socket: WebSocket, signal: AbortSignal): Promise<never> {
  const [, response] = (await once(socket, "unexpected-response", {
    signal,
  })) as [unknown, IncomingMessage]
  let body = ""
  for await (const text of response.setEncoding("utf8")) body += text
  throw new HandshakeRefused(response.statusCode ?? 0, body)
}

function lastOf(frames: readonly string[]): string {
  if (frames.length === 0) return "nothing"
  const last = (frames.at(-1) as string).slice(0, 200)
  return frames.length === 1 ? last : `${frames.length} frames, last: ${last}`
}
