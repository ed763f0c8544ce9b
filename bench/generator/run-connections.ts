import { setTimeout as delay } from "node:timers/promises"
import { type Row, smallRow } from "../rows.ts"
import { DeliveryFailed } from "./delivery-failed.ts"
import type { Job, Measured } from "./job.ts"
import { measuredBetween, usageOf } from "./measured.ts"
import { closeRooms, NoTraffic, openRooms } from "./open-rooms.ts"
import { canMeasure, readMemory } from "./usage.ts"

/** In ms: enough to collect garbage and return memory to the system. */
const settleMs = 400

/** @returns the cost of a connection, until the client is in its room */
export async function runConnecting(job: Job, row: Row): Promise<Measured> {
  await warmUp(job, row)
  const before = usageOf(job)
  const after = await withSockets(job, row, async () => usageOf(job))
  return measuredBetween(before, after, row.rooms * row.members)
}

/** @returns how much memory the processes need per socket, without garbage */
export async function runIdle(job: Job, row: Row): Promise<Measured> {
  // With the first sockets, a process also grows for other reasons: compiled
  // code, room for new objects. So half as many sockets are already open.
  const first = { ...row, rooms: Math.ceil(row.rooms / 2) }
  const bytes = await withSockets(job, first, async () => {
    const before = await settledMemory(job)
    return withSockets(job, row, async () => {
      return (await settledMemory(job)) - before
    })
  })
  const cost = bytes / (row.rooms * row.members)
  return { cost, perSecond: 0, generatorLoad: 0, otherLoad: 0 }
}

/** Code that runs for the first time is slow, and needs extra memory. */
async function warmUp(job: Job, row: Row): Promise<void> {
  await withSockets(job, smallRow(row), async () => {})
  await delay(settleMs)
}

async function withSockets<Result>(
  job: Job,
  row: Row,
  measure: () => Promise<Result>,
): Promise<Result> {
  const traffic = new NoTraffic()
  const rooms = await openRooms(job, row, traffic)
  const result = await measure()
  await closeRooms(rooms)
  if (traffic.failure) throw new DeliveryFailed(traffic.failure)
  return result
}

/** The servers collect their garbage at this signal: collect-garbage.js. */
async function settledMemory({ serverPids }: Job): Promise<number> {
  if (!canMeasure) return 0
  for (let round = 0; round < 2; round++) {
    for (const pid of serverPids) process.kill(pid, "SIGUSR2")
    await delay(settleMs)
  }
  return readMemory(serverPids)
}
