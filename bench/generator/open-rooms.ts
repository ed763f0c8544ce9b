import { randomBytes } from "node:crypto"
import type { Row } from "../rows.ts"
import { type Dialect, dialects } from "./dialect.ts"
import type { Job } from "./job.ts"
import { LoadSocket } from "./load-socket.ts"
import { Member } from "./member.ts"
import { Room, type Traffic } from "./room.ts"
import { RoomLog } from "./room-log.ts"

/** How many handshakes are under way at a time. */
const atOnce = 32

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
      const socket = await LoadSocket.open({
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
