import { once } from "node:events"
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http"
import type { AddressInfo } from "node:net"
import type { Duplex } from "node:stream"
import { setTimeout as delay } from "node:timers/promises"
import { type WebSocket, WebSocketServer } from "ws"
import type { Application, WebsocketScope } from "./application.ts"
import { refuse } from "./refuse.ts"
import { RequestError, statusOf } from "./request-error.ts"
import { httpScope, websocketScope } from "./scope.ts"
import { WebsocketConnection } from "./websocket-connection.ts"

/** A frame of more bytes closes its socket with 1009. */
const maxPayload = 65_536

/** How long readers have to answer when the server closes, in ms. */
const closingGrace = 1_000

/** In ms: a socket that nobody has accepted by then is refused. */
const acceptTimeout = 5_000

/**
 * Turns every socket and every request into one call of the application.
 * Mirrors Daphne.
 */
export class ProtocolServer {
  private readonly servers: Server[] = []
  private readonly running = new Map<WebsocketConnection, Promise<void>>()
  private readonly streams = new Set<Duplex>()
  private readonly chosen = new WeakMap<IncomingMessage, string>()
  private readonly webSockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload,
    handleProtocols: (_offered, request) => this.chosen.get(request) ?? false,
  })

  constructor(private readonly application: Application) {}

  /**
   * @param port 0 takes any free one
   * @param host "localhost" is 127.0.0.1 and, where there is one, ::1
   * @returns the port it listens on
   * @throws Node's error, with its `code`, where that cannot be
   */
  async listen(port: number, host: string): Promise<number> {
    if (host !== "localhost") return this.listenOn(port, host)
    const found = await this.listenOn(port, "127.0.0.1")
    try {
      return await this.listenOn(found, "::1")
    } catch (error) {
      if (!isTaken(error)) return found // no IPv6 on this machine
      await this.close()
      if (port !== 0) throw error
      return this.listen(0, host)
    }
  }

  /** Closes sockets with 1001 and waits until their consumers are done and
   * requests are answered, but not for long: then it drops what is left. */
  async close(): Promise<void> {
    const servers = this.servers.splice(0)
    const done = servers.map((server) => {
      server.close()
      return once(server, "close")
    })
    for (const connection of this.running.keys()) {
      connection.end(1001, 503, "The server is stopping")
    }
    const inTime = new AbortController()
    await Promise.race([
      Promise.all([...done, ...this.running.values()]),
      delay(closingGrace, undefined, { signal: inTime.signal }).catch(() => {}),
    ])
    inTime.abort()
    for (const stream of this.streams) stream.destroy()
    for (const server of servers) server.closeAllConnections()
  }

  private async listenOn(port: number, host: string): Promise<number> {
    const server = createServer({ keepAlive: true })
    server.on("request", (request, response) => {
      void this.onRequest(request, response)
    })
    server.on("upgrade", (request, stream, head) => {
      this.onUpgrade(request, stream, head)
    })
    server.listen(port, host)
    await once(server, "listening")
    this.servers.push(server)
    return (server.address() as AddressInfo).port
  }

  private onUpgrade(
    request: IncomingMessage,
    stream: Duplex,
    head: Buffer,
  ): void {
    this.streams.add(stream)
    stream.once("close", () => this.streams.delete(stream))
    try {
      const scope = websocketScope(request)
      const connection = new WebsocketConnection(
        scope,
        request,
        stream,
        (subprotocol) => this.upgrade(request, stream, head, subprotocol),
      )
      this.running.set(connection, this.run(connection, scope))
    } catch (error) {
      refuse(request, stream, statusOf(error), sentenceOf(error))
    }
  }

  // #region one-call-a-socket
  private async run(
    connection: WebsocketConnection,
    scope: WebsocketScope,
  ): Promise<void> {
    const late = setTimeout(() => {
      connection.refuse(504, "Nobody accepted this socket in time")
    }, acceptTimeout)
    try {
      await this.application(scope, connection.receive, connection.send)
      connection.end(1000, 504, "Nobody accepted this socket")
    } catch (error) {
      const refusal = error instanceof RequestError && !connection.isAnswered
      if (!refusal) console.error(error)
      connection.end(1011, statusOf(error), sentenceOf(error))
    } finally {
      clearTimeout(late)
      this.running.delete(connection)
    }
  }
  // #endregion one-call-a-socket

  private async onRequest(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    try {
      const scope = httpScope(request, response)
      await this.application(scope, noEvents, noEvents)
    } catch (error) {
      if (!(error instanceof RequestError)) console.error(error)
      if (response.headersSent) return void response.destroy()
      const type = { "Content-Type": "text/plain; charset=utf-8" }
      response.writeHead(statusOf(error), type).end(`${sentenceOf(error)}\n`)
    }
  }

  private upgrade(
    request: IncomingMessage,
    stream: Duplex,
    head: Buffer,
    subprotocol?: string,
  ): WebSocket | undefined {
    let opened: WebSocket | undefined
    if (subprotocol) this.chosen.set(request, subprotocol)
    this.webSockets.handleUpgrade(request, stream, head, (socket) => {
      opened = socket
    })
    return opened
  }
}

/** What a stranger may read: our own sentences, nobody's internals. */
function sentenceOf(error: unknown): string {
  return error instanceof RequestError ? error.message : "Internal server error"
}

function isTaken(error: unknown): boolean {
  return (
    error instanceof Error && "code" in error && error.code === "EADDRINUSE"
  )
}

function noEvents(): Promise<never> {
  return Promise.reject(new Error("A page is answered by scope.response"))
}
