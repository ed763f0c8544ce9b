import { randomBytes } from "node:crypto"
import type { Row } from "../rows.ts"
import { DeliveryFailed } from "./delivery-failed.ts"
import { type Dialect, dialects } from "./dialect.ts"
import type { Job, Measured } from "./job.ts"
import { LoadSocket } from "./load-socket.ts"
import { measuredBetween, usageOf } from "./measured.ts"
import { Missed } from "./missed.ts"

/** How many clients return at a time. */
const atOnce = 32

/** A room whose other members are away. */
interface MissedRoom {
  readonly name: string
  /** All that its writer has sent. */
  readonly texts: readonly string[]
  readonly writer: LoadSocket
  /** The address for a client that was there before all of these. */
  readonly path: string
}

/** @returns the cost of a client that returns and gets what it has missed
 * @throws DeliveryFailed for the first message that was wrong */
export async function runReturning(job: Job, row: Row): Promise<Measured> {
  const run = new ReturningRun(job, row)
  try {
    return await run.run()
  } finally {
    await run.close()
  }
}

class ReturningRun {
  private readonly dialect: Dialect
  private readonly rooms: MissedRoom[] = []
  private readonly open = new Set<LoadSocket>()
  private next = 0

  constructor(
    private readonly job: Job,
    private readonly row: Row,
  ) {
    this.dialect = dialects[job.dialect]
  }

  async run(): Promise<Measured> {
    const run = randomBytes(4).toString("hex")
    // One after the other: a server may refuse what it cannot store in time.
    for (let index = 0; index < this.row.rooms; index++) {
      this.rooms.push(await this.fillRoom(`${run}-${index}`))
    }
    await this.pass(this.job.warmUpMs)
    const before = usageOf(this.job)
    const units = await this.pass(this.job.measureMs)
    const after = usageOf(this.job)
    await this.stay()
    return measuredBetween(before, after, units)
  }

  async close(): Promise<void> {
    await Promise.all([...this.open].map((socket) => socket.close()))
  }

  private async fillRoom(name: string): Promise<MissedRoom> {
    const { missed: count = 0 } = this.row
    const texts = Array.from({ length: count }, (_, at) => textOf(name, at + 1))
    const missed = new Missed(texts)
    const writer = await this.connect(this.dialect.path(name), missed)
    writer.sendAll(texts)
    await checked(name, "the writer", missed)
    const path = this.dialect.returning?.path(name, writer.welcomeFrame) ?? ""
    return { name, texts, writer, path }
  }

  /** Clients return, get everything, and leave.
   * @returns how many did */
  private async pass(ms: number): Promise<number> {
    const end = performance.now() + ms
    let count = 0
    const work = async () => {
      while (performance.now() < end) {
        const index = this.next++
        const room = this.rooms[index % this.rooms.length] as MissedRoom
        const socket = await this.return(room, index, new Missed(room.texts))
        await this.leave(socket)
        count++
      }
    }
    await allOf(Array.from({ length: atOnce }, work))
    return count
  }

  /** All return and stay. A second copy of a message arrives before a last one
   * that is sent then. */
  private async stay(): Promise<void> {
    const all = this.rooms.map(async (room) => {
      const last = textOf(room.name, room.texts.length + 1)
      const members = Array.from(
        { length: this.row.members },
        async (_, at) => {
          const missed = new Missed([...room.texts, last])
          await this.return(room, at, missed, false)
          return missed
        },
      )
      const each = await allOf(members)
      room.writer.send(last)
      const done = each.map((it, at) => checked(room.name, `client ${at}`, it))
      await allOf(done)
    })
    await allOf(all)
  }

  private async return(
    { name, texts, path }: MissedRoom,
    index: number,
    missed: Missed,
    isWhole = true,
  ): Promise<LoadSocket> {
    const who = `client ${index}`
    const socket = await this.connect(path, missed)
    const count = this.dialect.returning?.count(socket.welcomeFrame) ?? "none"
    if (count !== texts.length) {
      const what = `was promised ${count} of ${texts.length} missed messages`
      throw new DeliveryFailed(`${who} of room ${name} ${what}`)
    }
    if (isWhole) await checked(name, who, missed)
    return socket
  }

  private async connect(path: string, receiver: Missed): Promise<LoadSocket> {
    const { ports, cookies } = this.job
    const at = this.next++
    const socket = await LoadSocket.open({
      port: ports[at % ports.length] as number,
      path,
      cookie: cookies[at % cookies.length],
      dialect: this.dialect,
      receiver,
    })
    this.open.add(socket)
    return socket
  }

  private async leave(socket: LoadSocket): Promise<void> {
    this.open.delete(socket)
    await socket.close()
  }
}

/** Waits for all of them, even if one fails: none opens a socket later.
 * @throws what the first of them throws */
async function allOf<Result>(
  promises: readonly Promise<Result>[],
): Promise<Result[]> {
  await Promise.allSettled(promises)
  return Promise.all(promises)
}

async function checked(
  room: string,
  who: string,
  { all }: Missed,
): Promise<void> {
  try {
    await all
  } catch (error) {
    const { message } = error as Error
    throw new DeliveryFailed(`${who} of room ${room} ${message}`)
  }
}

/** About 60 characters, as in the other rows. */
function textOf(room: string, number: number): string {
  return `${room} 0 ${number} the quick brown fox jumps over the lazy dog`
}
