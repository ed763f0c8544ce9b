import type { Duplex } from "node:stream"
import type { WebSocket } from "ws"

/** Writes one frame to an open socket: a text frame if it is a string. */
export type WriteFrame = (data: string | Uint8Array) => void

/** @param stream the socket's stream; nothing on it is compressed */
export type OpenWriter = (socket: WebSocket, stream: Duplex) => WriteFrame

/** Writes every frame immediately, through `ws`. */
export const writeEach: OpenWriter = (socket) => (data) => socket.send(data)
