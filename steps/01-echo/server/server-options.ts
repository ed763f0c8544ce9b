import type { ServerOptions as HttpOptions } from "node:http"
import type { Duplex } from "node:stream"
import type { WebSocket } from "ws"
import type { OpenWriter } from "./frame-writer.ts"

/** How a server ends its open sockets. */
export interface StopOptions {
  /** 1001 by default. */
  readonly code?: number
  /** How many to close at a time, so that clients do not all return at once. */
  readonly batch?: number
  /** After this time, connections that are still open are dropped. */
  readonly withinMs?: number
  /** Called for each further signal while the server stops. */
  readonly onSecondSignal?: () => void
}

export interface ServerOptions {
  /** After this time, a handshake without an answer is refused with 504. */
  readonly acceptTimeoutMs?: number
  /** For Node's HTTP server, for example its timeouts. */
  readonly http?: HttpOptions
  /** Added to the server's own answers: refused handshakes and errors. */
  readonly headers?: Readonly<Record<string, string>>
  /** Called for each accepted socket. */
  readonly onOpen?: (socket: WebSocket, stream: Duplex) => void
  readonly openWriter?: OpenWriter
  readonly stop?: StopOptions
}
