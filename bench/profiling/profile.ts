import type { RowName } from "../rows.ts"
import { elsewhere, type Part, partOf, parts } from "./parts.ts"

/** Where the CPU time of a server went: small enough to be kept with the code,
 * unlike the profiles from which it is made. Times are in µs per delivery. */
export interface Profile {
  /** "09-delivery" */
  readonly step: string
  /** "Step 9, Delivery" */
  readonly title: string
  readonly row: RowName
  /** The day, like "2026-11-26". */
  readonly date: string
  readonly node: string
  /** The cost of a delivery, with Redis and all threads. */
  readonly cost: number
  /** From the most expensive to the cheapest. */
  readonly parts: readonly PartTime[]
}

export interface PartTime {
  readonly part: Part
  readonly time: number
  /** The most expensive ones. The time is their own, without what they call. */
  readonly functions: readonly FunctionTime[]
}

export interface FunctionTime {
  readonly name: string
  /** "steps/01-echo/queue.ts", "ws/lib/sender.js", "node:net", or "" for a
   * function of Node that is not written in JavaScript. */
  readonly file: string
  readonly time: number
}

/** What bench/profiling/hook.js writes: the CPU time of a process's main thread,
 * and V8's profile of it. */
export interface RawProfile {
  readonly cpuMs: number
  readonly profile: {
    readonly nodes: readonly RawNode[]
    /** The node in which the thread was, at each moment that was looked at. */
    readonly samples: readonly number[]
    /** In µs. */
    readonly startTime: number
    readonly endTime: number
  }
}

interface RawNode {
  readonly id: number
  readonly callFrame: { readonly functionName: string; readonly url: string }
}

/** Functions with less of the whole are not kept. */
const leastShare = 0.003

/** @returns how many µs of CPU time the processes used in each function, without
 * what it called, in a second on the clock */
export function functionsOf(raws: readonly RawProfile[]): FunctionTime[] {
  const times = new Map<string, FunctionTime>()
  for (const { cpuMs, profile } of raws) {
    const { nodes, samples, startTime, endTime } = profile
    const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]))
    const busy = samples.flatMap((id) => {
      const frame = frames.get(id)
      return frame && frame.functionName !== "(idle)" ? [frame] : []
    })
    const seconds = (endTime - startTime) / 1_000_000
    const each = (cpuMs * 1_000) / seconds / busy.length
    for (const { functionName, url } of busy) {
      const { name, file } = placeOf(functionName || "(unnamed)", url)
      const key = `${name} ${file}`
      const time = (times.get(key)?.time ?? 0) + each
      times.set(key, { name, file, time })
    }
  }
  return [...times.values()]
}

/** @param perSecond deliveries
 * @param cost of a delivery, with Redis and all threads */
export function partsOf(
  functions: readonly FunctionTime[],
  perSecond: number,
  cost: number,
): PartTime[] {
  const all = functions.map((it) => ({ ...it, time: it.time / perSecond }))
  const found = parts.map((part): PartTime => {
    const own = all.filter((it) => partOf(it) === part)
    const kept = own.filter(({ time }) => time >= leastShare * cost)
    return { part, time: sumOf(own), functions: kept.sort(byTime) }
  })
  const time = Math.max(0, cost - sumOf(all))
  const rest: PartTime = { part: elsewhere, time, functions: [] }
  return [...found, rest].sort(byTime)
}

interface Timed {
  readonly time: number
}

function sumOf(all: readonly Timed[]): number {
  return all.reduce((sum, { time }) => sum + time, 0)
}

function byTime(one: Timed, other: Timed): number {
  return other.time - one.time
}

/** V8 gives all functions of an addon the name of any one of them. These are
 * sqlite3's; the server has no other addon. */
const addonNames =
  /^(Statement|Database|Backup|serialize|parallelize|configure|interrupt|loadExtension|exec|wait|bind|run|all|each|reset|finalize|step|finish|completed|failed|remaining|pageCount|retryErrors|idle)$/

/** Without the folders of this machine. */
function placeOf(name: string, url: string): { name: string; file: string } {
  if (url === "" && addonNames.test(name)) {
    return { name: "sqlite3", file: "sqlite3" }
  }
  if (url.startsWith("node:")) return { name, file: url }
  const [, inPackage] = /.*\/node_modules\/(.*)$/.exec(url) ?? []
  const [, inSteps] = /.*\/(steps\/\d\d-.*)$/.exec(url) ?? []
  return { name, file: inPackage ?? inSteps ?? "" }
}
