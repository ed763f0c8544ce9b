import type { ServerOptions as HttpOptions } from "node:http"
import type { Duplex } from "node:stream"
import type { WebSocket } from "ws"
import type { OpenWriter } from "./frame-writer.ts"

/** How a server ends its open sockets. */
export interface StopOptions {
  /** The close code. */
  readonly code?: number
  /** How many sockets are closed at once. The next ones follow a little later,
   * so that not all clients come back in the same moment. */
  readonly batch?: number
  /** What is still open after that is dropped. */
  readonly withinMs?: number
  /** Called when a second signal comes while the server stops. */
  readonly onSecondSignal?: () => void
}

export interface ServerOptions {
  /** A handshake without an answer by then is refused with 504. */
  readonly acceptTimeoutMs?: number
  /** Time limits and the like, for Node's own HTTP server. */
  readonly http?: HttpOptions
  /** Added to the answers that the server itself gives: refused handshakes
   * and errors. */
  readonly headers?: Readonly<Record<string, string>>
  /** Called for every socket that has been accepted. */
  readonly onOpen?: (socket: WebSocket, stream: Duplex) => void
  /** Makes what writes a socket's frames. */
  readonly openWriter?: OpenWriter
  readonly stop?: StopOptions
}
