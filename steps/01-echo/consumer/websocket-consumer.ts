import type {
  Application,
  ClientEvent,
  Receive,
  Scope,
  Send,
  WebsocketScope,
} from "../application.ts"
import { RequestError } from "../request-error.ts"
import { StopConsumer } from "./stop-consumer.ts"
import { Turns } from "./turns.ts"

/** The arguments of an application that is called for a socket. */
export interface Connection {
  readonly scope: WebsocketScope
  readonly receive: Receive
  /** Waits for the next events: at least one, at most `limit`. */
  receiveMany(limit: number): Promise<ClientEvent[]>
  readonly send: Send
}

/** One object for each socket. Override its methods to handle a client that
 * connects, sends or leaves. Mirrors `AsyncWebsocketConsumer` of Channels. */
export class WebsocketConsumer {
  protected readonly scope: WebsocketScope
  protected readonly turns = new Turns()
  private isClosed = false

  constructor(protected readonly connection: Connection) {
    this.scope = connection.scope
  }

  /** An application that makes a new consumer for each socket, so that no two
   * sockets share a field. Mirrors `as_asgi`.
   * @param rest what the consumer's constructor takes after the connection */
  static asApplication<Rest extends unknown[]>(
    this: new (
      connection: Connection,
      ...rest: Rest
    ) => WebsocketConsumer,
    ...rest: Rest
  ): Application {
    // #region one-consumer-a-socket
    return async (scope, receive, send) => {
      const receiveMany = receive.many ?? (async () => [await receive()])
      const connection = { scope: websocketOnly(scope), receive, receiveMany }
      return new this({ ...connection, send }, ...rest).run()
    }
    // #endregion one-consumer-a-socket
  }

  /** Handles events until the socket is closed. If a handler throws, this runs
   * `disconnect`, then throws the same error. */
  async run(): Promise<void> {
    // #region disconnect-always
    let code = 1011
    try {
      await Promise.race(this.listening())
    } catch (error) {
      if (!(error instanceof StopConsumer)) throw error
      code = error.code
    } finally {
      await this.disconnect(code)
    }
    // #endregion disconnect-always
  }

  /** Accepts every client unless overridden. An override calls `accept` at its
   * end, or `close` to refuse the client. */
  async connect(): Promise<void> {
    await this.accept()
  }

  /** @param _data one frame: a string if it was text */
  async receive(_data: string | Uint8Array): Promise<void> {}

  /** @param _code the close code; 1006 if the connection was lost */
  async disconnect(_code: number): Promise<void> {}

  /** @param subprotocol one of those that the client offered */
  async accept(subprotocol?: string): Promise<void> {
    await this.connection.send({ type: "websocket.accept", subprotocol })
  }

  /** Resolves when the next frame may be sent. Throws after `close`. */
  async send(data: string | Uint8Array): Promise<void> {
    if (this.isClosed) throw new Error("Cannot send after closing the socket")
    await this.connection.send({ type: "websocket.send", data })
  }

  /** Before `accept` this refuses the handshake: the client gets 403, no code.
   * @param code 1000 by default; your own are from 4000 to 4999
   * @param reason at most 123 bytes
   * @throws Error if the protocol does not allow that code or reason */
  async close(code?: number, reason?: string): Promise<void> {
    await this.connection.send({ type: "websocket.close", code, reason })
    this.isClosed = true
  }

  /** A loop for each source of events. The first to throw ends the consumer. */
  protected listening(): Promise<never>[] {
    const { receive } = this.connection
    return [this.listen(receive, (event) => this.dispatch(event))]
  }

  // #region listening
  /** Asks for the next event only after the last one has been handled. */
  protected async listen<Event>(
    source: () => Promise<Event>,
    handle: (event: Event) => Promise<void>,
  ): Promise<never> {
    for (;;) {
      const event = await source()
      await this.turns.take(() => handle(event))
    }
  }
  // #endregion listening

  protected async dispatch(event: ClientEvent): Promise<void> {
    // #region dispatch
    switch (event.type) {
      case "websocket.connect":
        return this.connect()
      case "websocket.receive":
        return this.receive(event.data)
      case "websocket.disconnect":
        throw new StopConsumer(event.code)
    }
    // #endregion dispatch
  }
}

function websocketOnly(scope: Scope): WebsocketScope {
  if (scope.type === "websocket") return scope
  const sentence = "This address is for WebSockets only. Try: npm run client"
  throw new RequestError(426, sentence, { Upgrade: "websocket" })
}
