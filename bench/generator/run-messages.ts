import { setTimeout as delay } from "node:timers/promises"
import type { Row } from "../rows.ts"
import { DeliveryFailed } from "./delivery-failed.ts"
import type { Job, Measured } from "./job.ts"
import { measuredBetween, usageOf } from "./measured.ts"
import { closeRooms, openRooms } from "./open-rooms.ts"
import type { Room, Traffic } from "./room.ts"

/** No row receives more, however long it lasts. */
const maxDeliveries = 20_000_000

/** If nothing arrives for this long, missing messages count as lost. The second
 * one is for a message whose successor has arrived. */
const stallMs = 5_000
const suspectedStallMs = 500

/** Sends messages as the row requires, measures, and checks every delivery.
 * @throws DeliveryFailed for the first one that was wrong */
export async function runMessages(job: Job, row: Row): Promise<Measured> {
  const run = new MessageRun(job, row)
  try {
    return await run.run()
  } finally {
    await closeRooms(run.rooms)
  }
}

class MessageRun implements Traffic {
  deliveries = 0
  rooms: Room[] = []
  private isSending = false
  private isSuspected = false
  private failure: string | undefined
  private end = () => {}
  /** Resolves when the run cannot go on. */
  private readonly ended = new Promise<void>((resolve) => {
    this.end = resolve
  })

  constructor(
    private readonly job: Job,
    private readonly row: Row,
  ) {}

  async run(): Promise<Measured> {
    this.rooms = await openRooms(this.job, this.row, this)
    this.isSending = true
    this.begin()
    await this.pass(this.job.warmUpMs)
    this.startOrStopProfile()
    const before = usageOf(this.job)
    const begin = this.deliveries
    await this.pass(this.job.measureMs)
    const after = usageOf(this.job)
    this.startOrStopProfile()
    const units = this.deliveries - begin
    this.isSending = false
    await this.drain()
    // A second copy of a message arrives before this last one.
    for (const room of this.rooms) room.sendNext()
    await this.drain()
    this.check()
    return measuredBetween(before, after, units)
  }

  receivedByAll(room: Room): void {
    if (this.isSending && this.row.inFlight) room.sendNext()
    if (this.deliveries > maxDeliveries) this.end()
  }

  suspect(): void {
    this.isSuspected = true
    this.stop()
  }

  fail(sentence: string): void {
    this.failure ??= sentence
    this.stop()
  }

  private stop(): void {
    this.isSending = false
    this.end()
  }

  /** The servers take their profile from one signal to the next. */
  private startOrStopProfile(): void {
    if (!this.job.isProfiled) return
    for (const pid of this.job.serverPids) process.kill(pid, "SIGUSR2")
  }

  private begin(): void {
    const { inFlight = 0 } = this.row
    for (const room of this.rooms) {
      for (let count = 0; count < inFlight; count++) room.sendNext()
    }
  }

  /** Sends for this long, and finishes a burst. */
  private async pass(ms: number): Promise<void> {
    const { burst } = this.row
    const late = delay(ms)
    if (!burst) return Promise.race([late, this.ended])
    const until = performance.now() + ms
    do {
      for (const room of this.rooms) room.sendBurst(burst)
      await this.drain()
    } while (this.isSending && performance.now() < until)
  }

  /** Waits until every member has received every message. */
  private async drain(): Promise<void> {
    let [last, lastMs] = [this.deliveries, performance.now()]
    while (this.rooms.some(({ inFlight }) => inFlight > 0)) {
      if (this.failure) break
      await delay(1)
      const now = performance.now()
      if (this.deliveries !== last) [last, lastMs] = [this.deliveries, now]
      if (now - lastMs > (this.isSuspected ? suspectedStallMs : stallMs)) break
    }
    if (this.failure || this.rooms.some(({ inFlight }) => inFlight > 0)) {
      this.check()
    }
  }

  private check(): void {
    if (this.failure) throw new DeliveryFailed(this.failure)
    const members = this.rooms.flatMap((room) => room.members)
    for (const member of members) {
      const missing = member.missing()
      if (missing) throw new DeliveryFailed(missing)
    }
    // If several processes serve a room, its members' orders may differ.
    if (this.job.ports.length > 1) return
    const other = members.find(({ hasOwnOrder }) => hasOwnOrder)
    if (!other) return
    throw new DeliveryFailed(
      other.sentence("received the messages in a different order than others"),
    )
  }
}
