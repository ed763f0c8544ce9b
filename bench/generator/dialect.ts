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
  /** How a client asks for what it has missed, if the protocol has that. */
  readonly returning?: {
    /** The address of a room for a client that was in it before.
     * @param welcome the frame that it got then */
    path(room: string, welcome: string): string
    /** @returns how many missed messages follow the frame; undefined if it is
     * not certain that these are all */
    count(welcome: string): number | undefined
  }
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

/** The steps' from step 9 on: messages have keys, and a client says which is the
 * last one that it has. */
const delivery: Dialect = {
  ...plain,
  path: (room) => `${plain.path(room)}?since=`,
  isWelcome: (frame) => frame.startsWith('{"joined":'),
  // A message begins with its room, its sender and its number.
  frameOf: (message) => JSON.stringify({ message, key: message.slice(0, 40) }),
  returning: {
    path(room, welcome) {
      const { last, epoch } = JSON.parse(welcome).joined
      return `${plain.path(room)}?since=${last}&epoch=${epoch}`
    },
    count(welcome) {
      const { recovered, count } = JSON.parse(welcome).joined
      return recovered ? count : undefined
    },
  },
}

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

export const dialects = {
  plain,
  delivery,
  "socket-io": socketIo,
} satisfies Record<string, Dialect>

export type DialectName = keyof typeof dialects
