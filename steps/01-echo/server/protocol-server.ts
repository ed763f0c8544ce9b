import { once } from "node:events"
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http"
import type { Duplex } from "node:stream"
import { setTimeout as delay } from "node:timers/promises"
import { type WebSocket, WebSocketServer } from "ws"
import type { Application, WebsocketScope } from "../application.ts"
import { type Answer, answerFor, RequestError } from "../request-error.ts"
import { listen, portOf } from "./listen.ts"
import { answerWithoutUpgrade, isForWebsocket } from "./plain-request.ts"
import { refuse, writeAnswer } from "./refuse.ts"
import { httpScope, websocketScope } from "./scope.ts"
import type { ServerOptions } from "./server-options.ts"
import { type Handshake, WebsocketConnection } from "./websocket-connection.ts"

/** A longer frame closes its socket with 1009. */
const maxPayloadBytes = 65_536

const stopping = {
  status: 503,
  sentence: "The server is stopping",
  headers: { "Retry-After": "1" },
}

/** Turns every socket and every request into one call of the application.
 * Mirrors Daphne. */
export class ProtocolServer {
  private servers: readonly Server[] = []
  private isStopping = false
  private readonly running = new Map<WebsocketConnection, Promise<void>>()
  /** The streams of all sockets that are open or closing. */
  private readonly streams = new Set<Duplex>()
  /** The latest response on each connection. */
  private readonly answers = new WeakMap<Duplex, ServerResponse>()
  private readonly chosen = new WeakMap<IncomingMessage, string>()
  private readonly webSockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: maxPayloadBytes,
    handleProtocols: (_offered, request) => this.chosen.get(request) ?? false,
  })

  constructor(
    private readonly application: Application,
    private readonly options: ServerOptions = {},
  ) {}

  /** @returns the port: a free one if the argument is 0
   * @throws Node's error, with its `code` */
  async listen(port: number, host: string): Promise<number> {
    const servers = await listen(() => this.createServer(), port, host)
    this.servers = servers
    return portOf(servers[0])
  }

  /** Accepts no new connections and closes the open sockets. Waits for their
   * consumers and for open requests, but not for long, then drops the rest. */
  async close(): Promise<void> {
    const { withinMs = 1_000 } = this.options.stop ?? {}
    this.isStopping = true
    const closed = this.servers.map((server) => {
      server.close()
      return once(server, "close")
    })
    const inTime = new AbortController()
    const { signal } = inTime
    await Promise.race([
      Promise.all([...closed, this.endSockets(withinMs, signal)]),
      delay(withinMs, undefined, { signal }).catch(() => {}),
    ])
    inTime.abort()
    for (const stream of this.streams) stream.destroy()
    for (const server of this.servers) server.closeAllConnections()
  }

  private async endSockets(withinMs: number, signal: AbortSignal) {
    const connections = [...this.running.keys()]
    const { code = 1001, batch = connections.length } = this.options.stop ?? {}
    // Half the time is left for the last batch to close.
    const pauseMs = (withinMs / 2) * (batch / connections.length)
    const ending = { code, ...stopping }
    for (let index = 0; index < connections.length; index += batch) {
      if (index > 0) await delay(pauseMs, undefined, { signal })
      const next = connections.slice(index, index + batch)
      for (const connection of next) connection.endWith(ending)
    }
    await Promise.all(this.running.values())
  }

  private createServer(): Server {
    const options = { keepAlive: true, ...this.options.http }
    const server = createServer(options, (request, response) => {
      void this.onRequest(request, response)
    })
    server.on("upgrade", (request, stream, head) => {
      // A response that is still pending would be written into the socket.
      if (this.answers.get(stream)?.closed === false) stream.destroy()
      else if (isForWebsocket(request)) this.onUpgrade(request, stream, head)
      else answerWithoutUpgrade(server, request, stream, head)
    })
    return server
  }

  private onUpgrade(request: IncomingMessage, stream: Duplex, head: Buffer) {
    const handshake: Handshake = {
      stream,
      accept: (subprotocol) => {
        let opened: WebSocket | undefined
        if (subprotocol) this.chosen.set(request, subprotocol)
        this.webSockets.handleUpgrade(request, stream, head, (socket) => {
          opened = socket
        })
        return opened
      },
      refuse: (answer) => refuse(request, stream, this.withHeaders(answer)),
    }
    try {
      if (this.isStopping) handshake.refuse(stopping)
      else this.open(websocketScope(request), handshake)
    } catch (error) {
      handshake.refuse(answerFor(error))
    }
  }

  /** Separate from `onUpgrade`: a closure there would keep the request in
   * memory for as long as the socket is open. */
  private open(scope: WebsocketScope, handshake: Handshake): void {
    const { stream } = handshake
    this.streams.add(stream)
    stream.once("close", () => this.streams.delete(stream))
    const connection = new WebsocketConnection(scope, handshake, this.options)
    const over = this.run(connection, scope).finally(() => {
      this.running.delete(connection)
    })
    this.running.set(connection, over)
  }

  // #region one-call-a-socket
  private async run(connection: WebsocketConnection, scope: WebsocketScope) {
    try {
      await this.application(scope, connection.receive, connection.send)
      const sentence = "The application did not accept this socket"
      connection.endWith({ code: 1000, status: 504, sentence })
    } catch (error) {
      const isRefusal = error instanceof RequestError && !connection.isAnswered
      if (!isRefusal) console.error(error)
      connection.endWith({ code: 1011, ...answerFor(error) })
    }
  }
  // #endregion one-call-a-socket

  private async onRequest(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    this.answers.set(request.socket, response)
    try {
      const scope = httpScope(request, response)
      await this.application(scope, noEvents, noEvents)
    } catch (error) {
      if (!(error instanceof RequestError)) console.error(error)
      if (response.headersSent) return void response.destroy()
      writeAnswer(response, this.withHeaders(answerFor(error)))
    }
  }

  private withHeaders(answer: Answer): Answer {
    const headers = { ...this.options.headers, ...answer.headers }
    return { ...answer, headers }
  }
}

function noEvents(): Promise<never> {
  return Promise.reject(new Error("Answer a request with scope.response"))
}
