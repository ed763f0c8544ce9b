import type { Job, Measured } from "./job.ts"
import { readUsage, type Usage } from "./usage.ts"

export function usageOf({ serverPids, redisPid }: Job): Usage {
  return readUsage(redisPid ? [...serverPids, redisPid] : serverPids)
}

/** @param units how many deliveries, connections or messages there were */
export function measuredBetween(
  before: Usage,
  after: Usage,
  units: number,
): Measured {
  const ms = after.atMs - before.atMs
  const serversMs = after.serversMs - before.serversMs
  const generatorMs = after.generatorMs - before.generatorMs
  const allMs = after.allMs - before.allMs
  const isCounted = before.writes !== undefined && after.writes !== undefined
  const writes = isCounted ? after.writes - before.writes : undefined
  return {
    cost: (serversMs * 1_000) / units,
    perSecond: (units * 1_000) / ms,
    generatorLoad: generatorMs / ms,
    otherLoad: Math.max(0, allMs - serversMs - generatorMs) / ms,
    ...(writes !== undefined && { writes: writes / units }),
  }
}
