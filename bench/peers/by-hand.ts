import type { IncomingMessage } from "node:http"
import { decode, encode } from "@msgpack/msgpack"
import { Redis } from "ioredis"
import { type WebSocket, WebSocketServer } from "ws"
import { serverFrame } from "./server-frame.ts"
import { openStore } from "./store.ts"

// The limit of a design like the steps': ws and ioredis, without layers between
// them. A message is framed once for all members, and all frames for a room
// within a turn of the event loop are one write per socket. STORE chooses what
// is stored, and how: see store.ts. With APART, messages are not joined on Redis,
// and a Django server in the room could read each of them, as from step 10.

const {
  REDIS_URL = "",
  CHANNEL_PREFIX = "",
  STORE,
  APART,
  DATABASE_PATH,
} = process.env

const publisher = new Redis(REDIS_URL, { enableAutoPipelining: true })
const subscriber = new Redis(REDIS_URL, { enableAutoPipelining: true })
const rooms = new Map<string, Set<WebSocket>>()
const subscribed = new Map<string, Promise<unknown>>()
const store = await openStore(STORE, DATABASE_PATH)
const server = new WebSocketServer({
  host: "127.0.0.1",
  port: 0,
  // A client whose handshake is over misses no message.
  verifyClient: ({ req }, accept) => {
    void subscribe(roomOf(req)).then(() => accept(true))
  },
})

function roomOf({ url }: IncomingMessage): string {
  return `${CHANNEL_PREFIX}${url}`
}

async function subscribe(room: string): Promise<void> {
  const known = subscribed.get(room)
  const subscription = known ?? subscriber.subscribe(room)
  if (!known) subscribed.set(room, subscription)
  await subscription
}

/** A turn's frames for other processes, and for members, by room. */
const outgoing = new Map<string, Buffer[]>()
const incoming = new Map<string, Buffer[]>()

function collect(
  turn: Map<string, Buffer[]>,
  room: string,
  frames: Buffer,
  flush: () => void,
): void {
  if (turn.size === 0) setImmediate(flush)
  const waiting = turn.get(room)
  if (waiting) waiting.push(frames)
  else turn.set(room, [frames])
}

function publishTurn(): void {
  for (const [room, frames] of outgoing) {
    const bodies = APART ? frames : [Buffer.concat(frames)]
    for (const body of bodies) void publisher.publish(room, body)
  }
  outgoing.clear()
}

function writeTurn(): void {
  for (const [room, frames] of incoming) {
    const bytes = Buffer.concat(frames)
    for (const member of rooms.get(room) ?? []) streamOf(member).write(bytes)
  }
  incoming.clear()
}

/** The socket's own stream: ws cannot send a frame that is framed already. */
function streamOf(socket: WebSocket): NodeJS.WritableStream {
  return (socket as unknown as { _socket: NodeJS.WritableStream })._socket
}

subscriber.on("messageBuffer", (room: Buffer, body: Buffer) => {
  const frames = APART ? frameOf(decode(body)) : body
  collect(incoming, room.toString(), frames, writeTurn)
})

function frameOf(message: unknown): Buffer {
  return serverFrame(JSON.stringify(message))
}

server.on("connection", (socket, request) => {
  const room = roomOf(request)
  const members = rooms.get(room) ?? new Set()
  rooms.set(room, members.add(socket))
  socket.on("message", (data) => {
    const { message } = JSON.parse(data.toString())
    store(room, message, (stored) => {
      const shown = { message, ...stored }
      const body = APART ? Buffer.from(encode(shown)) : frameOf(shown)
      collect(outgoing, room, body, publishTurn)
    })
  })
  socket.on("close", () => {
    members.delete(socket)
    if (members.size > 0) return
    rooms.delete(room)
    subscribed.delete(room)
    void subscriber.unsubscribe(room)
  })
})

server.on("listening", () => {
  const { port } = server.address() as { port: number }
  console.log(`Listening on http://localhost:${port}/`)
})
