import { EventEmitter, once } from "node:events"
import type { IncomingMessage } from "node:http"
import { WebSocket } from "ws"
import { patienceMs } from "../patience.ts"
import { Unmet } from "../unmet.ts"

/** In characters: a longer frame is cut when it is reported. */
const widest = 120

/** Longer than the five seconds after which the server refuses a handshake. */
const handshakeMs = Math.max(patienceMs, 6_000)

export interface SocketClientOptions {
  readonly headers?: Readonly<Record<string, string>>
  readonly subprotocols?: string[]
  /** Called with a line for what the client does: "the client sends hi". */
  readonly did?: (what: string) => void
  /** The client's name in these lines. */
  readonly name?: string
}

export interface Closing {
  readonly code: number
  readonly reason: string
}

/** The server answered the handshake with a status instead of a socket. */
export class HandshakeRefused extends Unmet {
  constructor(
    readonly status: number,
    readonly body: string,
  ) {
    super("an open socket", `${status}: ${body.trim()}`)
  }
}

/** A scripted client: it sends, waits for what arrives, and reports what it
 * does, so that a failure can show it. */
export class SocketClient {
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
      this.tell(`receives ${shown(data)}`)
      this.events.emit("news")
    })
    socket.on("close", (code, reason) => {
      this.closing = { code, reason: reason.toString() }
      this.tell(`is closed with ${code} ${reason}`.trimEnd())
      this.events.emit("news")
    })
    socket.on("error", () => {}) // "close" follows, with the code
  }

  /** @throws HandshakeRefused, Unmet if there is no answer in time, or Node's
   * error if nothing listens there */
  static async open(
    url: string,
    options: SocketClientOptions = {},
  ): Promise<SocketClient> {
    const { headers, subprotocols } = options
    const socket = new WebSocket(url, subprotocols, { headers })
    const client = new SocketClient(socket, options)
    client.tell(`opens ${new URL(url).pathname}${new URL(url).search}`)
    const signal = AbortSignal.timeout(handshakeMs)
    try {
      await Promise.race([once(socket, "open", { signal }), refused(socket)])
      return client
    } catch (error) {
      if (!signal.aborted) throw error
      socket.terminate()
      throw new Unmet("an open socket", `no answer ${within(handshakeMs)}`)
    }
  }

  /** The subprotocol that the server chose, or "". */
  get protocol(): string {
    return this.socket.protocol
  }

  send(data: string | Uint8Array): void {
    this.tell(`sends ${shown(data)}`)
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
      throw new Unmet("a frame of JSON", frame)
    }
  }

  /** @returns the next frames, parsed */
  async nextFrames(count: number): Promise<Record<string, unknown>[]> {
    const frames = []
    while (frames.length < count) frames.push(await this.nextFrame())
    return frames
  }

  /** Waits until the other side, or we, have closed. */
  async closed(): Promise<Closing> {
    await this.until("the end of the socket", () => this.closing !== undefined)
    return this.closing as Closing
  }

  async close(code?: number, reason?: string): Promise<Closing> {
    this.socket.close(code, reason)
    return this.closed()
  }

  private async until(what: string, isThere: () => boolean): Promise<void> {
    const signal = AbortSignal.timeout(patienceMs)
    const wanted = `${what} for ${this.name}`
    while (!isThere()) {
      if (this.closing) {
        const { code, reason } = this.closing
        const received = `the socket closed with ${code} ${reason}`.trim()
        throw new Unmet(wanted, received)
      }
      await once(this.events, "news", { signal }).catch(() => {
        throw new Unmet(wanted, `nothing ${within(patienceMs)}`)
      })
    }
  }

  private get name(): string {
    return this.options.name ?? "the client"
  }

  private tell(what: string): void {
    this.options.did?.(`${this.name} ${what}`)
  }
}

async function refused(socket: WebSocket): Promise<never> {
  const [, response] = (await once(socket, "unexpected-response")) as [
    unknown,
    IncomingMessage,
  ]
  let body = ""
  for await (const text of response.setEncoding("utf8")) body += text
  throw new HandshakeRefused(response.statusCode ?? 0, body)
}

function within(ms: number): string {
  return `within ${ms / 1_000} s`
}

function shown(data: unknown): string {
  const text = String(data)
  return text.length > widest ? `${text.slice(0, widest)}…` : text
}
