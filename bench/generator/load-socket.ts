import { randomBytes } from "node:crypto"
import { connect, type Socket } from "node:net"
import type { Dialect } from "./dialect.ts"
import { clientFrame, opcodes, readFrame } from "./frame.ts"

/** Handles the frames that a socket receives. */
export interface Receiver {
  /**
   * Recognizes frames without reading them.
   * @returns where the first frame begins that it does not recognize
   */
  skipKnown(buffer: Buffer, from: number, to: number): number
  /** @param wire the whole frame, only valid during the call */
  take(text: string, wire: Buffer): void
  /** @param how like "closed with 1013" */
  lost(how: string): void
}

export interface LoadSocketOptions {
  readonly port: number
  readonly path: string
  readonly cookie: string | undefined
  readonly dialect: Dialect
  /** If messages may come at once, without being asked for. */
  readonly receiver?: Receiver
}

/** All sockets read into it. The bytes are used at once, or copied. */
const shared = Buffer.allocUnsafe(1 << 18)

/** In ms: how long a server may take to open a socket. */
const openTimeoutMs = 20_000

/** A WebSocket client that does only what the bench needs: a general one would
 * cost more than the servers under test. */
export class LoadSocket {
  receiver: Receiver | undefined
  /** The frame that has confirmed that the client is in its room, if any. */
  welcomeFrame = ""
  private readonly stream: Socket
  private rest: Buffer | undefined
  private isUpgraded = false
  private isClosing = false
  private welcome = () => {}
  private refuse = (_error: Error) => {}

  /** Resolves when the client is in its room.
   * @throws Error if the server refuses it, or takes too long */
  static async open(options: LoadSocketOptions): Promise<LoadSocket> {
    const socket = new LoadSocket(options)
    await socket.opened
    return socket
  }

  private readonly opened: Promise<void>

  private constructor(private readonly options: LoadSocketOptions) {
    this.opened = new Promise((resolve, reject) => {
      this.welcome = resolve
      this.refuse = reject
    })
    this.receiver = options.receiver
    this.stream = connect({
      host: "127.0.0.1",
      port: options.port,
      noDelay: true,
      onread: {
        buffer: shared,
        callback: (count, buffer) => {
          this.read(buffer as Buffer, count)
          return true
        },
      },
    })
    this.stream.on("connect", () => this.stream.write(this.handshake()))
    this.stream.on("error", (error) => this.end(error.message))
    this.stream.on("close", () => this.end("closed without a close frame"))
    const late = () => this.end(`not open within ${openTimeoutMs / 1_000} s`)
    const timer = setTimeout(late, openTimeoutMs)
    const inTime = () => clearTimeout(timer)
    this.opened.then(inTime, inTime)
  }

  send(message: string): void {
    this.sendText(this.options.dialect.frameOf(message))
  }

  /** Sends them in one go. */
  sendAll(messages: readonly string[]): void {
    const { dialect } = this.options
    const frames = messages.map((it) => clientFrame(dialect.frameOf(it)))
    this.stream.write(Buffer.concat(frames))
  }

  /** Drops the connection; resolves when it has gone. */
  close(): Promise<void> {
    this.isClosing = true
    return new Promise((resolve) => {
      if (this.stream.closed) return resolve()
      this.stream.once("close", () => resolve())
      this.stream.destroy()
    })
  }

  private sendText(text: string): void {
    this.stream.write(clientFrame(text))
  }

  private handshake(): string {
    const { port, path, cookie } = this.options
    const lines = [
      `GET ${path} HTTP/1.1`,
      `Host: localhost:${port}`,
      "Upgrade: websocket",
      "Connection: Upgrade",
      "Sec-WebSocket-Version: 13",
      `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}`,
      ...(cookie ? [`Cookie: ${cookie}`] : []),
    ]
    return `${lines.join("\r\n")}\r\n\r\n`
  }

  private read(incoming: Buffer, count: number): void {
    let [buffer, to] = [incoming, count]
    if (this.rest) {
      buffer = Buffer.concat([this.rest, incoming.subarray(0, count)])
      to = buffer.length
      this.rest = undefined
    }
    const from = this.isUpgraded ? 0 : this.upgrade(buffer, to)
    const at = from < 0 ? 0 : this.consume(buffer, from, to)
    if (at < to) this.rest = Buffer.from(buffer.subarray(at, to))
  }

  /** @returns where the response ends; -1 while some of it is missing */
  private upgrade(buffer: Buffer, to: number): number {
    const head = buffer.toString("latin1", 0, to)
    const end = head.indexOf("\r\n\r\n")
    if (end < 0) return -1
    if (!head.startsWith("HTTP/1.1 101")) {
      this.end(`refused: ${head.slice(9, head.indexOf("\r\n"))}`)
      return to
    }
    this.isUpgraded = true
    const { hello, isWelcome } = this.options.dialect
    if (hello) this.sendText(hello)
    if (!isWelcome) this.welcome()
    return end + 4
  }

  private consume(buffer: Buffer, from: number, to: number): number {
    let at = from
    while (at < to) {
      const known = this.receiver?.skipKnown(buffer, at, to) ?? at
      if (known > at) {
        at = known
        continue
      }
      const frame = readFrame(buffer, at, to)
      if (!frame) break
      const { opcode, start, end } = frame
      this.handle(opcode, buffer.subarray(start, end), buffer.subarray(at, end))
      at = end
    }
    return at
  }

  private handle(opcode: number, payload: Buffer, wire: Buffer): void {
    if (opcode === opcodes.ping) {
      this.stream.write(clientFrame(payload, opcodes.pong))
    } else if (opcode === opcodes.close) {
      const code = payload.length < 2 ? "" : payload.readUInt16BE(0)
      this.end(`closed with ${code} ${payload.toString("utf8", 2)}`.trim())
    } else if (opcode === opcodes.text) {
      this.handleText(payload.toString(), wire)
    }
  }

  private handleText(text: string, wire: Buffer): void {
    const { answerTo, isWelcome, messageOf } = this.options.dialect
    const answer = answerTo?.(text)
    if (answer !== undefined) this.sendText(answer)
    if (isWelcome?.(text)) {
      this.welcomeFrame = text
      this.welcome()
    }
    const message = messageOf(text)
    if (message !== undefined) this.receiver?.take(message, wire)
  }

  private end(how: string): void {
    if (this.isClosing) return
    this.isClosing = true
    this.refuse(new Error(`a client's connection was ${how}`))
    this.receiver?.lost(how)
    this.stream.destroy()
  }
}
