/** The protocol that a kind of server uses with its clients. */
export interface Dialect {
  /** The address of a room. */
  path(room: string): string
  /** What a client sends first, if anything. */
  readonly hello?: string
  /** Whether this frame confirms that the client is in its room. If omitted, a
   * client is in its room after the handshake. */
  isWelcome?(frame: string): boolean
  /** A frame that sends a message. */
  frameOf(message: string): string
  /** @returns the message in a frame; undefined for any other frame */
  messageOf(frame: string): string | undefined
  /** @returns the answer that a frame requires, if any */
  answerTo?(frame: string): string | undefined
}

/** The protocol of the steps, and of every peer without its own protocol. */
const plain: Dialect = {
  path: (room) => `/ws/chat/${room}/`,
  frameOf: (message) => JSON.stringify({ message }),
  messageOf(frame) {
    const content: unknown = JSON.parse(frame)
    if (typeof content !== "object" || content === null) return undefined
    if (!("message" in content)) return undefined
    return typeof content.message === "string" ? content.message : undefined
  },
}

const event = '42["message",'

/** Socket.IO's, protocol 5, over Engine.IO's, protocol 4: the first digit is
 * Engine.IO's (0 open, 2 ping, 3 pong, 4 message), the second Socket.IO's
 * (0 connect, 2 event). */
const socketIo: Dialect = {
  path: (room) => `/socket.io/?EIO=4&transport=websocket&room=${room}`,
  hello: "40",
  isWelcome: (frame) => frame.startsWith("40"),
  frameOf: (message) => `${event}${JSON.stringify(message)}]`,
  messageOf: (frame) =>
    frame.startsWith(event)
      ? JSON.parse(frame.slice(event.length, -1))
      : undefined,
  answerTo: (frame) => (frame === "2" ? "3" : undefined),
}

export const dialects = { plain, "socket-io": socketIo } as const

export type DialectName = keyof typeof dialects
