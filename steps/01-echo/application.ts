import type {
  IncomingHttpHeaders,
  IncomingMessage,
  ServerResponse,
} from "node:http"

interface ConnectionScope {
  /** Percent-decoded, without the query string. */
  readonly path: string
  /** As it was sent, without the question mark. */
  readonly queryString: string
  readonly headers: IncomingHttpHeaders
  /** What routers and middleware add for those below them; read it through
   * their accessors, which say what is missing. */
  readonly [added: string]: unknown
}

/** A socket, as it was when it asked to be opened. */
export interface WebsocketScope extends ConnectionScope {
  readonly type: "websocket"
  /** The subprotocols that the client offered. */
  readonly subprotocols: readonly string[]
}

/** A request for a page, answered through Node's own response. */
export interface HttpScope extends ConnectionScope {
  readonly type: "http"
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

export type Scope = WebsocketScope | HttpScope

/** What the server tells the application. */
export type ClientEvent =
  | { readonly type: "websocket.connect" }
  | { readonly type: "websocket.receive"; readonly data: string | Uint8Array }
  | { readonly type: "websocket.disconnect"; readonly code: number }

/** What the application tells the server. */
export type ServerEvent =
  | { readonly type: "websocket.accept"; readonly subprotocol?: string }
  | { readonly type: "websocket.send"; readonly data: string | Uint8Array }
  | {
      readonly type: "websocket.close"
      readonly code?: number
      readonly reason?: string
    }

/** Waits for the client's next event. */
export type Receive = () => Promise<ClientEvent>

/** Resolves when the event is on its way, so that whoever waits for it never
 * runs ahead of a slow reader. */
export type Send = (event: ServerEvent) => Promise<void>

/**
 * Everything above the server is one of these: consumers, routers, middleware.
 * It is called once a connection and returns when the connection is over.
 * Mirrors an ASGI application.
 */
export type Application = (
  scope: Scope,
  receive: Receive,
  send: Send,
) => Promise<void>
