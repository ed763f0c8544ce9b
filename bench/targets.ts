import {
  figureOf,
  isMarked,
  measurementsOf,
  ratioOf,
  referenceOf,
} from "./figures.ts"
import type { Result } from "./result.ts"
import { type RowName, rows } from "./rows.ts"

/** What a step has to reach, by medians. */
interface Target {
  readonly server: string
  readonly rows: readonly RowName[]
  /** The ratio to the server's reference, or to another. */
  readonly atLeast?: number
  readonly reference?: string
  readonly atMostKb?: number
}

const targets: readonly Target[] = [
  { server: "step-4", rows: ["room", "one", "rooms"], atLeast: 0.6 },
  { server: "step-4", rows: ["burst"], atLeast: 0.5 },
  { server: "step-5", rows: ["room", "one", "rooms", "burst"], atLeast: 0.7 },
  { server: "step-7", rows: ["room", "one", "burst"], atLeast: 0.4 },
  {
    server: "step-7",
    rows: ["rooms"],
    atLeast: 0.7,
    reference: "by-hand-each",
  },
  { server: "step-4", rows: ["connecting"], atLeast: 0.9 },
  { server: "step-5", rows: ["connecting"], atLeast: 0.9 },
  { server: "step-7", rows: ["connecting"], atLeast: 0.9 },
  { server: "step-5", rows: ["idle"], atMostKb: 15 },
]

export interface Verdict {
  readonly is: "met" | "missed" | "unclear"
  readonly sentence: string
}

/** @returns one for each target whose servers were measured */
export function verdictsOf(result: Result): Verdict[] {
  return targets.flatMap((target) => {
    return target.rows.flatMap((name) => verdictOf(result, target, name) ?? [])
  })
}

function verdictOf(
  result: Result,
  target: Target,
  name: RowName,
): Verdict | undefined {
  const row = rows.find((it) => it.name === name)
  const server = result.servers.find((it) => it.name === target.server)
  if (!row || !server) return undefined
  const reference = target.reference ?? referenceOf(row, server)
  const compared = target.atMostKb === undefined ? reference : server.name
  const own = measurementsOf(result, row, server.name)
  const isUnclear = isMarked([...own, ...measurementsOf(result, row, compared)])
  const what = `${server.name}, ${name}:`
  if (target.atMostKb !== undefined) {
    const found = figureOf(own.map(({ cost }) => cost / 1_000))?.median
    if (found === undefined) return undefined
    const sentence = `${what} ${found.toFixed(1)} kB, at most ${target.atMostKb}`
    return verdict(found <= target.atMostKb, isUnclear, sentence)
  }
  const ratio = ratioOf(result, row, server.name, reference)
  if (!ratio) return undefined
  const least = target.atLeast ?? 0
  const found = ratio.median.toFixed(2)
  const sentence = `${what} ${found} of ${reference}, at least ${least}`
  return verdict(ratio.median >= least, isUnclear, sentence)
}

function verdict(
  isMet: boolean,
  isUnclear: boolean,
  sentence: string,
): Verdict {
  return { is: isUnclear ? "unclear" : isMet ? "met" : "missed", sentence }
}
