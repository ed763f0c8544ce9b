import type { Answer } from "../../../../steps/01-echo/request-error.ts"

/** What a client learns of its socket, always after it has been opened. */
export interface SocketListener {
  opened(): void
  received(data: string | Uint8Array): void
  /** An open socket has ended. */
  closed(code: number, reason: string): void
  /** There is a server, but no socket.
   * @param answer the server's, where the client can see it */
  refused(answer?: Answer): void
  /** Nothing answers at that address. */
  unreachable(): void
}

/** A socket as its client has it: to a server, or to an application in this
 * page. */
export interface ClientSocket {
  readonly isOpen: boolean
  send(data: string | Uint8Array): void
  close(code?: number): void
}

/** @throws SyntaxError if that is no address for a socket */
export type OpenSocket = (
  address: string,
  listener: SocketListener,
) => ClientSocket
