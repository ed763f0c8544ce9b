import { type Comparison, compare, referenceOf } from "./figures.ts"
import type { Result } from "./result.ts"
import { type RowName, rows } from "./rows.ts"

/** What a step has to reach, as medians. */
interface Target {
  readonly server: string
  readonly rows: readonly RowName[]
  /** The ratio to the server's reference, or to another. */
  readonly atLeast?: number
  readonly reference?: string
  readonly atMostKb?: number
  /** How many times the cost of the reference. */
  readonly atMostTimes?: number
}

const batching = { server: "step-10" } as const
const notStoring = { server: "batched-step-5" } as const

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
  { server: "step-5", rows: ["idle"], atMostKb: 15 },
  {
    ...notStoring,
    rows: ["room", "burst"],
    atLeast: 0.4,
    reference: "by-hand",
  },
  { ...notStoring, rows: ["one"], atLeast: 0.9 },
  { ...notStoring, rows: ["rooms"], atLeast: 1.5 },
  { ...batching, rows: ["room"], atLeast: 0.4, reference: "by-hand-batch" },
  { ...batching, rows: ["burst"], atLeast: 0.3, reference: "by-hand-batch" },
  { ...batching, rows: ["one"], atLeast: 1, reference: "step-9" },
  { ...batching, rows: ["rooms"], atLeast: 1.2 },
  { ...batching, rows: ["stored"], atLeast: 0.5, reference: "by-hand-batch" },
  { ...batching, rows: ["idle"], atMostTimes: 1.1, reference: "step-9" },
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
  const { atLeast, atMostKb, atMostTimes } = target
  const reference = target.reference ?? referenceOf(row, server)
  const found = compare(result, row, server.name, reference)
  if (!found) return undefined
  const what = `${server.name}, ${name}:`
  if (atMostKb !== undefined) {
    const kb = found.cost.median / 1_000
    const sentence = `${what} ${kb.toFixed(1)} kB, at most ${atMostKb}`
    return verdict(kb <= atMostKb, found, sentence)
  }
  if (!found.ratio) return undefined
  const { median } = found.ratio
  if (atMostTimes !== undefined) {
    const times = 1 / median
    const sentence = `${times.toFixed(2)} times ${reference}, at most ${atMostTimes}`
    return verdict(times <= atMostTimes, found, `${what} ${sentence}`)
  }
  if (atLeast === undefined) return undefined
  const ratio = `${median.toFixed(2)} of ${reference}, at least ${atLeast}`
  return verdict(median >= atLeast, found, `${what} ${ratio}`)
}

function verdict(
  isMet: boolean,
  { isMarked }: Comparison,
  sentence: string,
): Verdict {
  return { is: isMarked ? "unclear" : isMet ? "met" : "missed", sentence }
}
