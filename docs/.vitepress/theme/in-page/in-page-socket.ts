import type { IncomingMessage } from "node:http"
import type {
  Application,
  ClientEvent,
  ServerEvent,
} from "../../../../steps/01-echo/application.ts"
import { Queue } from "../../../../steps/01-echo/queue.ts"
import {
  type Answer,
  answerFor,
  RequestError,
} from "../../../../steps/01-echo/request-error.ts"
import { websocketScope } from "../../../../steps/01-echo/server/scope.ts"
import type { ClientSocket, SocketListener } from "./client-socket.ts"

/** As the protocol server of step 1 has it. */
const maxPayloadBytes = 65_536
const notAccepted = "Socket has not been accepted, so cannot send over it"
const noAnswer = {
  status: 504,
  sentence: "The application did not accept this socket",
}
const refusal = { status: 403, sentence: "Refused" }

interface Ending {
  /** For a socket that is open. */
  readonly code: number
  readonly reason?: string
  /** Where it is not the same. */
  readonly codeForApplication?: number
  /** For a socket that is not open yet. */
  readonly answer?: Answer
}

/** A socket to an application in this page: the contract of
 * `steps/01-echo/server/`, without a network. */
export class InPageSocket implements ClientSocket {
  private readonly events = new Queue<ClientEvent>()
  private state: "asked" | "open" | "over" = "asked"

  /** @param target as it would be in a request: escaped, with its query */
  constructor(
    application: Application,
    target: string,
    private readonly listener: SocketListener,
  ) {
    this.events.put({ type: "websocket.connect" })
    void this.run(application, target)
  }

  get isOpen(): boolean {
    return this.state === "open"
  }

  /** Does nothing if the socket is not open. */
  send(data: string | Uint8Array): void {
    if (!this.isOpen) return
    const frame = typeof data === "string" ? data.toWellFormed() : data
    const isTooLarge = bytesOf(frame) > maxPayloadBytes
    if (isTooLarge) this.end({ code: 1009, codeForApplication: 1006 })
    else this.events.put({ type: "websocket.receive", data: frame })
  }

  close(code = 1005): void {
    this.end({ code })
  }

  private async run(application: Application, target: string): Promise<void> {
    const receive = () => this.events.take()
    const send = async (event: ServerEvent) => this.take(event)
    try {
      await application(scopeOf(target), receive, send)
      this.end({ code: 1000, answer: noAnswer })
    } catch (error) {
      const isRefusal = error instanceof RequestError && this.state === "asked"
      if (!isRefusal) console.error(error)
      this.end({ code: 1011, answer: answerFor(error) })
    }
  }

  private take(event: ServerEvent): void {
    if (this.state === "over") return
    switch (event.type) {
      case "websocket.accept":
        if (this.isOpen) throw new Error("Already accepted")
        this.state = "open"
        this.tell((listener) => listener.opened())
        break
      case "websocket.send":
        if (!this.isOpen) throw new Error(notAccepted)
        this.tell((listener) => listener.received(event.data))
        break
      case "websocket.close":
        this.end({ ...event, code: event.code ?? 1000, answer: refusal })
    }
  }

  /** Closes an open socket, refuses one that is not open yet. */
  private end(ending: Ending): void {
    const { code, reason = "", answer, codeForApplication = code } = ending
    const wasOpen = this.isOpen
    if (this.state === "over") return
    this.state = "over"
    const told = wasOpen ? codeForApplication : 1006
    this.events.put({ type: "websocket.disconnect", code: told })
    this.tell((listener) => {
      if (wasOpen) listener.closed(code, reason)
      else listener.refused(answer)
    })
  }

  /** Later, as over a network: what the client does then is not done within
   * the application's own call. */
  private tell(what: (listener: SocketListener) => void): void {
    queueMicrotask(() => what(this.listener))
  }
}

/** @throws RequestError 400 if the address is malformed */
function scopeOf(url: string) {
  const request = { url, headers: {}, socket: {} } as IncomingMessage
  // There is no network, and so no address of a client.
  const { client: _none, ...scope } = websocketScope(request)
  return scope
}

function bytesOf(data: string | Uint8Array): number {
  return typeof data === "string"
    ? new TextEncoder().encode(data).length
    : data.length
}
