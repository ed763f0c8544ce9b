import type { Duplex } from "node:stream"
import type { WebSocket } from "ws"
import type {
  ClientEvent,
  Receive,
  Send,
  WebsocketScope,
} from "../application.ts"
import { Queue } from "../queue.ts"
import type { Answer } from "../request-error.ts"
import { trace } from "../trace.ts"
import { type WriteFrame, writeEach } from "./frame-writer.ts"
import type { ServerOptions } from "./server-options.ts"

/** A client's request to open a socket. It is answered once. */
export interface Handshake {
  readonly stream: Duplex
  /** @returns undefined if the request was malformed; it is answered by then */
  accept(subprotocol?: string): WebSocket | undefined
  refuse(answer: Answer): void
}

/** A close code for an open socket, an HTTP answer for one that is not open. */
export interface Ending extends Answer {
  readonly code: number
}

/** How many frames may wait for the application before reading pauses. */
const maxUnreadFrames = 16

const sent = Promise.resolve()

let connections = 0

/** One socket, as its application sees it. */
export class WebsocketConnection {
  private readonly name = `socket ${++connections}`
  private readonly events = new Queue<ClientEvent>()
  private readonly stream: Duplex
  /** Removed once answered, so that its request does not stay in memory. */
  private handshake: Handshake | undefined
  private late: NodeJS.Timeout | undefined
  private socket: WebSocket | undefined
  private writeFrame: WriteFrame | undefined
  private drained: Promise<void> | undefined
  private goOn = () => {}
  private isOver = false

  constructor(
    private readonly scope: WebsocketScope,
    handshake: Handshake,
    private readonly options: ServerOptions,
  ) {
    this.handshake = handshake
    this.stream = handshake.stream
    this.late = setTimeout(() => {
      const sentence = "The application did not accept this socket in time"
      this.refuse({ status: 504, sentence })
    }, options.acceptTimeoutMs ?? 5_000)
    this.receive.many = (limit) => {
      this.readOn()
      return this.events.takeMany(limit)
    }
    const query = scope.queryString && `?${scope.queryString}`
    trace(this.name, "handshake", scope.path + query)
    // Nothing else listens yet: without this, a client that resets the
    // connection would end the process.
    this.stream.on("error", this.vanished).on("close", this.vanished)
    this.events.put({ type: "websocket.connect" })
  }

  /** Whether the handshake has been accepted or refused. */
  get isAnswered(): boolean {
    return this.isOver || this.socket !== undefined
  }

  readonly receive: Receive = () => {
    this.readOn()
    return this.events.take()
  }

  readonly send: Send = (event) => {
    switch (event.type) {
      case "websocket.accept":
        return this.accept(event.subprotocol)
      case "websocket.send":
        return this.write(event.data)
      case "websocket.close":
        return this.close(event.code, event.reason)
    }
  }

  /** Refuses a handshake that has no answer yet; after that, does nothing. */
  refuse(answer: Answer): void {
    if (this.isAnswered) return
    trace(this.name, `refused with ${answer.status}`, answer.sentence)
    this.handshake?.refuse(answer)
    this.ended(1006)
  }

  /** Closes an open socket, refuses one that is not open yet. */
  endWith({ code, ...answer }: Ending): void {
    this.refuse(answer)
    void this.close(code)
  }

  private async accept(subprotocol?: string): Promise<void> {
    if (this.isOver) return
    if (this.socket) throw new Error("Already accepted")
    if (subprotocol && !this.scope.subprotocols.includes(subprotocol)) {
      throw new Error(`The client did not offer "${subprotocol}"`)
    }
    const socket = this.handshake?.accept(subprotocol)
    if (!socket) return this.ended(1006)
    trace(this.name, "accepted", subprotocol)
    const { onOpen, openWriter = writeEach } = this.options
    this.answered()
    // From now on, ws reports the end of the socket, with its code.
    this.stream.off("error", this.vanished).off("close", this.vanished)
    this.socket = socket
    this.writeFrame = openWriter(socket, this.stream)
    socket.on("message", (data: Buffer, isBinary) => {
      this.received(isBinary ? data : data.toString())
    })
    socket.on("close", (code) => this.ended(code))
    // A broken frame: ws closes the socket with 1002, 1007 or 1009.
    socket.on("error", (error) => trace(this.name, error.message))
    onOpen?.(socket, this.stream)
  }

  private received(data: string | Buffer): void {
    if (this.isOver) return
    trace(this.name, "frame in ", data)
    this.events.put({ type: "websocket.receive", data })
    if (this.events.length >= maxUnreadFrames) this.socket?.pause()
  }

  /** Called when the application asks for an event. */
  private readOn(): void {
    if (this.events.length <= maxUnreadFrames) this.socket?.resume()
  }

  /** Does nothing if the client has gone: the application may not know yet. */
  private write(data: string | Uint8Array): Promise<void> {
    if (this.isOver) return sent
    if (!this.writeFrame) {
      const problem = "Socket has not been accepted, so cannot send over it"
      return Promise.reject(new Error(problem))
    }
    trace(this.name, "frame out", data)
    this.writeFrame(data)
    return this.stream.writableNeedDrain ? this.drain() : sent
  }

  /** Waits until a slow client has read enough, or the socket is over. */
  private drain(): Promise<void> {
    this.drained ??= new Promise((resolve) => {
      this.goOn = () => {
        this.drained = undefined
        resolve()
      }
      this.stream.once("drain", this.goOn)
    })
    return this.drained
  }

  private async close(code = 1000, reason?: string): Promise<void> {
    this.refuse({ status: 403, sentence: "Refused" })
    if (this.isOver) return
    // Reading may be paused, but the client's close frame must be read.
    this.socket?.resume()
    this.socket?.close(code, reason)
    this.ended(code)
  }

  private answered(): void {
    clearTimeout(this.late)
    this.late = undefined
    this.handshake = undefined
  }

  private readonly vanished = () => this.ended(1006)

  private ended(code: number): void {
    if (this.isOver) return
    trace(this.name, `closed with ${code}`)
    this.isOver = true
    this.answered()
    this.goOn()
    this.events.put({ type: "websocket.disconnect", code })
  }
}
