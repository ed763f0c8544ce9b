import { randomBytes } from "node:crypto"
import { setTimeout as delay } from "node:timers/promises"
import type { Row } from "../rows.ts"
import { type Dialect, dialects } from "./dialect.ts"
import type { Job } from "./job.ts"
import { LoadSocket, type LoadSocketOptions } from "./load-socket.ts"
import { Member } from "./member.ts"
import { Room, type Traffic } from "./room.ts"
import { RoomLog } from "./room-log.ts"

/** How many handshakes are under way at a time. */
const atOnce = 32

/** From step 8 on, a server whose event loop was late answers 503 for a second.
 * Closing the thousands of sockets of the row before can make it late. */
const retryMs = 1_000
const mostTries = 10

/** Opens the sockets of a row in new rooms, on all of the server's processes in
 * turn.
 * @throws Error if one cannot be opened */
export async function openRooms(
  job: Job,
  row: Row,
  traffic: Traffic,
): Promise<Room[]> {
  const dialect: Dialect = dialects[job.dialect]
  const run = randomBytes(4).toString("hex")
  const rooms = Array.from({ length: row.rooms }, (_, index) => {
    return new Room(`${run}-${index}`, traffic)
  })
  const logs = rooms.map(() => job.ports.map(() => new RoomLog()))
  const total = row.rooms * row.members
  let next = 0
  async function open(): Promise<void> {
    while (next < total) {
      const client = next++
      const at = Math.floor(client / row.members)
      const index = client % row.members
      const process = client % job.ports.length
      const room = rooms[at] as Room
      const socket = await openPatiently({
        port: job.ports[process] as number,
        path: dialect.path(room.name),
        cookie: job.cookies[client % job.cookies.length],
        dialect,
      })
      const log = logs[at]?.[process] as RoomLog
      room.members[index] = new Member(index, socket, room, log)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, open))
  return rooms
}

/** @throws Error if the server still refuses the last try, or any other */
async function openPatiently(options: LoadSocketOptions): Promise<LoadSocket> {
  for (let tries = 1; ; tries++) {
    try {
      return await LoadSocket.open(options)
    } catch (error) {
      const isFull = (error as Error).message.includes("refused: 503")
      if (!isFull || tries === mostTries) throw error
      await delay(retryMs)
    }
  }
}

/** Drops all their connections. */
export async function closeRooms(rooms: readonly Room[]): Promise<void> {
  const members = rooms.flatMap((room) => room.members)
  await Promise.all(members.map(({ socket }) => socket.close()))
}

/** For sockets that receive nothing. */
export class NoTraffic implements Traffic {
  deliveries = 0
  failure: string | undefined

  receivedByAll(): void {}
  suspect(): void {}
  fail(sentence: string): void {
    this.failure ??= sentence
  }
}
