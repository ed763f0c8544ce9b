import type { Queue } from "../../01-echo/queue.ts"
import { eventOf, type MessageEvent } from "../messages/message-event.ts"
import type { PlacedMessageStore, Top } from "../messages/placed-messages.ts"
import { SharedReading } from "./shared-reading.ts"
import {
  isRecovered,
  mostMissed,
  mostMissedBytes,
  type Visit,
} from "./visit.ts"

/** Asks a member to look whether it has shown everything. */
export interface Ring {
  readonly isHeartbeat: boolean
}

/** What a client gets first. */
export interface Joined {
  readonly epoch: string
  readonly isRecovered: boolean
  readonly events: readonly MessageEvent[]
  /** The last id that the client has shown, once it has shown these. */
  readonly last: number
}

/** What comes after an id, or the first part of it. */
export interface Part {
  readonly events: readonly MessageEvent[]
  readonly isAll: boolean
}

interface Missed extends Top {
  /** Those who have missed more than what comes after this id have missed too
   * much. */
  readonly from: number
  readonly events: readonly MessageEvent[]
}

/** How many messages a first visit gets, and one that cannot be recovered. */
const [mostOnFirst, mostOnLost] = [10, 50]

/** How many messages one reading gets. */
const most = 1_000

/** A room that has members in this process. It is read once for all of them. */
export class Room {
  /** The id of its newest message, as far as this process knows. */
  newest = 0
  private readonly bells = new Set<Queue<Ring>>()
  private readonly returns: SharedReading<Missed>
  private readonly holes: SharedReading<Part>

  /** @param whenEmpty called when the last member has left */
  constructor(
    private readonly name: string,
    private readonly messages: PlacedMessageStore,
    private readonly whenEmpty: () => void,
  ) {
    this.returns = new SharedReading((id) => this.readMissed(id))
    this.holes = new SharedReading((id) => this.readPart(id))
  }

  /** @param bell of a new member: it rings when the member should look */
  enter(bell: Queue<Ring>): void {
    this.bells.add(bell)
  }

  leave(bell: Queue<Ring>): void {
    this.bells.delete(bell)
    if (this.bells.size === 0) this.whenEmpty()
  }

  /** Rings for one member after the other, as far as it is iterated. A bell that
   * rings already is not rung again: a slow client looks once. */
  *ring(ring: Ring): Generator<void> {
    for (const bell of this.bells) {
      if (bell.length === 0) bell.put(ring)
      yield
    }
  }

  /** Rings for all members, because their layer may not bring them a message.
   * @param id of the message */
  ringFor(id: number): void {
    this.newest = Math.max(this.newest, id)
    for (const _ of this.ring({ isHeartbeat: false }));
  }

  /** Reads what a new member gets first.
   * @param visit undefined for a client of step 7 */
  async join(visit: Visit | undefined): Promise<Joined> {
    // #region join
    const { since, epoch = "" } = visit ?? {}
    const isFirst = since === undefined
    if (!isFirst) {
      const { events, from, ...top } = await this.returns.ask(since)
      const missed = events.filter(({ id }) => id > since)
      const isWhole = since >= from
      if (isWhole && isRecovered(since, epoch, top, missed.length)) {
        const last = missed.at(-1)?.id ?? since
        return { epoch, isRecovered: true, events: missed, last }
      }
    }
    const count = isFirst ? mostOnFirst : mostOnLost
    const rows = await this.messages.lastMessages(this.name, count)
    const top = await this.messages.top()
    const last = rows.at(-1)?.id ?? 0
    const events = rows.map(eventOf)
    return { epoch: top.epoch, isRecovered: isFirst, events, last }
    // #endregion join
  }

  /** @returns what comes after an id, at least all that was committed before
   * this was called; if that is too much, its first part */
  async after(id: number): Promise<Part> {
    const { events, isAll } = await this.holes.ask(id)
    return { events: events.filter((event) => event.id > id), isAll }
  }

  /** If the room cannot be read, no position moves: the next event or heartbeat
   * tries again. */
  private async readPart(id: number): Promise<Part> {
    try {
      const rows = await this.messages.after(this.name, id, most)
      return { events: rows.map(eventOf), isAll: rows.length < most }
    } catch (error) {
      console.error("A room cannot be read:", error)
      return { events: [], isAll: true }
    }
  }

  /** One more than a client can get: then it has missed too much. */
  private async readMissed(id: number): Promise<Missed> {
    const top = await this.messages.top()
    const count = mostMissed + 1
    const { messages, name } = this
    const from = await messages.lastBeyond(name, id, count, mostMissedBytes)
    const rows = await messages.newestAfter(name, Math.max(id, from), count)
    return { ...top, from, events: rows.map(eventOf) }
  }
}
