import type {
  Application,
  ClientEvent,
  Receive,
  Scope,
  Send,
  WebsocketScope,
} from "./application.ts"
import { assertCloseable } from "./close-code.ts"
import { Inbox } from "./inbox.ts"
import { RequestError } from "./request-error.ts"
import { StopConsumer } from "./stop-consumer.ts"

/** What an application is called with, for a socket. */
export interface Connection {
  readonly scope: WebsocketScope
  readonly receive: Receive
  readonly send: Send
}

/**
 * One object a socket: override what should happen when it connects, speaks
 * and leaves. Mirrors `AsyncWebsocketConsumer` of Channels.
 */
export class WebsocketConsumer {
  protected readonly scope: WebsocketScope
  protected readonly inbox = new Inbox()
  private closed = false

  constructor(protected readonly connection: Connection) {
    this.scope = connection.scope
  }

  // #region one-consumer-a-socket
  /**
   * An application that makes a new consumer for every socket, so that no two
   * share a field. Mirrors `as_asgi`.
   * @param rest what the consumer's constructor takes after the connection
   */
  static asApplication<Rest extends unknown[]>(
    this: new (
      connection: Connection,
      ...rest: Rest
    ) => WebsocketConsumer,
    ...rest: Rest
  ): Application {
    return async (scope, receive, send) => {
      const connection = { scope: websocketOnly(scope), receive, send }
      await new this(connection, ...rest).run()
    }
  }

  /** Handles events until the socket is over. Throws what a handler threw;
   * `disconnect` has run by then, also after an error. */
  async run(): Promise<void> {
    void this.listen(this.connection.receive, (event) => this.dispatch(event))
    // #region disconnect-always
    let code = 1011
    try {
      await this.inbox.work()
    } catch (error) {
      if (!(error instanceof StopConsumer)) throw error
      code = error.code
    } finally {
      await this.disconnect(code)
    }
    // #endregion disconnect-always
  }
  // #endregion one-consumer-a-socket

  /** Accepts everyone, unless overridden: accept last, or close to refuse. */
  async connect(): Promise<void> {
    await this.accept()
  }

  /** One frame: a string if it was text. */
  async receive(_data: string | Uint8Array): Promise<void> {}

  /** @param code the close code, 1006 where the socket just vanished */
  async disconnect(_code: number): Promise<void> {}

  /** @param subprotocol one of those the client offered */
  async accept(subprotocol?: string): Promise<void> {
    await this.connection.send({ type: "websocket.accept", subprotocol })
  }

  /** Resolves when the frame is on its way. Throws after `close`. */
  async send(data: string | Uint8Array): Promise<void> {
    if (this.closed) throw new Error("Cannot send after closing the socket")
    await this.connection.send({ type: "websocket.send", data })
  }

  /**
   * Before `accept` this refuses the handshake (403, no code arrives).
   * @param code 1000 where there is none
   * @param reason at most 123 bytes
   * @throws RangeError if code or reason may not be sent
   */
  async close(code?: number, reason?: string): Promise<void> {
    assertCloseable(code, reason)
    this.closed = true
    await this.connection.send({ type: "websocket.close", code, reason })
  }

  // #region one-event-at-a-time
  /** Brings a source's events to the inbox, the next when one is done. */
  protected async listen<Event>(
    source: () => Promise<Event>,
    handle: (event: Event) => Promise<void>,
  ): Promise<void> {
    try {
      for (;;) {
        const event = await source()
        await this.inbox.put(() => handle(event))
      }
    } catch (error) {
      await this.inbox.put(() => Promise.reject(error))
    }
  }

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
  // #endregion one-event-at-a-time
}

function websocketOnly(scope: Scope): WebsocketScope {
  if (scope.type === "websocket") return scope
  throw new RequestError(
    426,
    "This address speaks WebSocket only. Try: npm run client",
  )
}
