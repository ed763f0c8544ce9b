import type { IncomingMessage } from "node:http"
import type { Duplex } from "node:stream"
import type { WebSocket } from "ws"
import type {
  ClientEvent,
  Receive,
  Send,
  ServerEvent,
  WebsocketScope,
} from "./application.ts"
import { Queue } from "./queue.ts"
import { refuse } from "./refuse.ts"
import { trace } from "./trace.ts"

/** Completes the handshake; returns nothing if the request was no proper one
 * (it has been answered then). */
export type Upgrade = (subprotocol?: string) => WebSocket | undefined

/** Frames that may wait for the application; then the client is not read. */
const unreadFrames = 16

let connections = 0

/** One socket: what its application receives, and what becomes of its sends. */
export class WebsocketConnection {
  private readonly name = `socket ${++connections}`
  private readonly events = new Queue<ClientEvent>()
  private readonly unsent = new Set<() => void>()
  private state: "connecting" | "open" | "closed" = "connecting"
  private socket: WebSocket | undefined

  constructor(
    private readonly scope: WebsocketScope,
    private readonly request: IncomingMessage,
    private readonly stream: Duplex,
    private readonly upgrade: Upgrade,
  ) {
    trace(this.name, "handshake", scope.path)
    // Nobody else listens yet: a client that resets would end the process.
    stream.on("error", (error) => trace(this.name, error.message))
    // Once accepted, ws tells of the end, and with which code.
    stream.once("close", () => {
      if (!this.isAnswered) this.ended(1006)
    })
    this.events.put({ type: "websocket.connect" })
  }

  /** Whether the handshake has been accepted or refused. */
  get isAnswered(): boolean {
    return this.state !== "connecting"
  }

  readonly receive: Receive = async () => {
    const event = await this.events.take()
    if (this.events.length < unreadFrames) this.socket?.resume()
    return event
  }

  readonly send: Send = (event) => {
    switch (event.type) {
      case "websocket.accept":
        return this.accept(event.subprotocol)
      case "websocket.send":
        return this.write(event.data)
      case "websocket.close":
        return this.close(event)
    }
  }

  /** Refuses a handshake that is still open; does nothing after that. */
  refuse(status: number, sentence: string): void {
    if (this.state !== "connecting") return
    trace(this.name, `refused with ${status}`, sentence)
    refuse(this.request, this.stream, status, sentence)
    this.ended(1006)
  }

  /** Closes an open socket, refuses one that is not open yet. */
  end(code: number, status: number, sentence: string): void {
    this.refuse(status, sentence)
    void this.close({ type: "websocket.close", code })
  }

  private async accept(subprotocol?: string): Promise<void> {
    if (this.state === "closed") return
    if (this.state === "open") throw new Error("Already accepted")
    if (subprotocol && !this.scope.subprotocols.includes(subprotocol)) {
      throw new Error(`The client did not offer "${subprotocol}"`)
    }
    const socket = this.upgrade(subprotocol)
    if (!socket) return this.ended(1006)
    trace(this.name, "accepted", subprotocol)
    this.state = "open"
    this.socket = socket
    socket.on("message", (data: Buffer, isBinary) => {
      this.received(isBinary ? data : data.toString())
    })
    socket.on("close", (code) => this.ended(code))
    // A broken frame: ws closes the socket with 1002, 1007 or 1009.
    socket.on("error", (error) => trace(this.name, error.message))
  }

  private received(data: string | Buffer): void {
    if (this.state === "closed") return
    trace(this.name, "frame in ", data)
    this.events.put({ type: "websocket.receive", data })
    if (this.events.length >= unreadFrames) this.socket?.pause()
  }

  /** Sending to someone who has gone is no error: nobody can know in time. */
  private async write(data: string | Uint8Array): Promise<void> {
    const socket = this.socket
    if (this.state === "closed") return
    if (!socket) {
      throw new Error("Socket has not been accepted, so cannot send over it")
    }
    trace(this.name, "frame out", data)
    await new Promise<void>((sent) => {
      this.unsent.add(sent)
      socket.send(data, () => {
        this.unsent.delete(sent)
        sent()
      })
    })
  }

  private async close(event: ServerEvent & { type: "websocket.close" }) {
    if (this.state === "connecting") return this.refuse(403, "Refused")
    if (this.state === "closed") return
    // A reader that has stopped may leave the socket paused: without reading
    // on, its answer to the closing would never be seen.
    this.socket?.resume()
    this.socket?.close(event.code ?? 1000, event.reason)
    this.ended(event.code ?? 1000)
  }

  private ended(code: number): void {
    if (this.state === "closed") return
    trace(this.name, `closed with ${code}`)
    this.state = "closed"
    for (const sent of this.unsent) sent()
    this.events.put({ type: "websocket.disconnect", code })
  }
}
