import type { ServerOptions as HttpOptions } from "node:http"
import type { Duplex } from "node:stream"
import type { WebSocket } from "ws"
import type { OpenWriter } from "./frame-writer.ts"

/** How a server ends its open sockets. */
export interface StopOptions {
  /** 1001 by default. */
  readonly code?: number
  /** Sockets to close at once, so that clients do not all return together. */
  readonly batch?: number
  /** After that, what is still open is dropped. */
  readonly withinMs?: number
  /** Called for each signal that comes while the server stops. */
  readonly onSecondSignal?: () => void
}

export interface ServerOptions {
  /** After that, a handshake without an answer is refused with 504. */
  readonly acceptTimeoutMs?: number
  /** For Node's HTTP server: its time limits, for example. */
  readonly http?: HttpOptions
  /** Added to the server's own answers: refused handshakes and errors. */
  readonly headers?: Readonly<Record<string, string>>
  /** Called for each accepted socket. */
  readonly onOpen?: (socket: WebSocket, stream: Duplex) => void
  readonly openWriter?: OpenWriter
  readonly stop?: StopOptions
}
