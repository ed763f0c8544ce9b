import type { IncomingMessage, ServerResponse } from "node:http"

interface ConnectionScope {
  /** Percent-decoded, without the query string. */
  readonly path: string
  /** As it was sent, without the question mark. */
  readonly queryString: string
  readonly headers: IncomingMessage["headers"]
  /** Where the request came from; absent if not from a network. */
  readonly client?: { readonly address: string; readonly port: number }
  /** Added by routers and middleware, and read through their accessors. */
  readonly [added: string]: unknown
}

/** Everything known about a socket when the client asks to open it. */
export interface WebsocketScope extends ConnectionScope {
  readonly type: "websocket"
  /** Offered by the client. */
  readonly subprotocols: readonly string[]
}

/** A request for a page. It is answered through Node's own response. */
export interface HttpScope extends ConnectionScope {
  readonly type: "http"
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

export type Scope = WebsocketScope | HttpScope

// #region events
/** An event from the server to the application. */
export type ClientEvent =
  | { readonly type: "websocket.connect" }
  | { readonly type: "websocket.receive"; readonly data: string | Uint8Array }
  | { readonly type: "websocket.disconnect"; readonly code: number }

/** An event from the application to the server. */
export type ServerEvent =
  | { readonly type: "websocket.accept"; readonly subprotocol?: string }
  | { readonly type: "websocket.send"; readonly data: string | Uint8Array }
  | {
      readonly type: "websocket.close"
      readonly code?: number
      readonly reason?: string
    }
// #endregion events

/** Waits for the client's next event. */
export interface Receive {
  (): Promise<ClientEvent>
  /** Waits for the next events: at least one, at most `limit`. Optional. */
  many?(limit: number): Promise<ClientEvent[]>
}

/** Resolves when the next event may be sent: a slow client delays it. */
export type Send = (event: ServerEvent) => Promise<void>

// #region application-type
/** A consumer, router or middleware: called once for each connection, it
 * returns when the connection is over. Mirrors an ASGI application. */
export type Application = (
  scope: Scope,
  receive: Receive,
  send: Send,
) => Promise<void>
// #endregion application-type
