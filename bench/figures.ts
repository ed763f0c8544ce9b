import type { MeasuredServer, Measurement, Result } from "./result.ts"
import type { Row } from "./rows.ts"

/** The median of all turns, with the smallest and the largest value. */
export interface Figure {
  readonly median: number
  readonly min: number
  readonly max: number
}

/** Above these, in cores, a measurement proves nothing. */
export const limits = { generator: 0.9, others: 0.3 } as const

/** The results of a server in a row. */
export interface Comparison {
  readonly cost: Figure
  readonly perSecond: Figure
  /** How cheap it is: 1.0 costs as much as the reference, 2.0 half as much.
   * Each turn is compared with the same turn of the reference. Undefined if the
   * reference was not measured. */
  readonly ratio: Figure | undefined
  /** Whether the machine was too busy in every turn. Otherwise only the other
   * turns count. */
  readonly isMarked: boolean
}

/** @param reference the name of the server that is 1.0
 * @returns undefined if the server was not measured in this row */
export function compare(
  { measurements }: Result,
  row: Row,
  server: string,
  reference: string,
): Comparison | undefined {
  const ofRow = measurements.filter((it) => it.row === row.name)
  const own = ofRow.filter((it) => it.server === server)
  const others = ofRow.filter((it) => it.server === reference)
  const otherOf = ({ turn }: Measurement) => {
    return others.find((it) => it.turn === turn)
  }
  const clear = own.filter((it) => !isBusy(it) && !isBusy(otherOf(it)))
  const used = clear.length > 0 ? clear : own
  const ratios = used.flatMap((it) => {
    const other = otherOf(it)
    return other && it.cost > 0 ? [other.cost / it.cost] : []
  })
  const cost = figureOf(used.map((it) => it.cost))
  const perSecond = figureOf(used.map((it) => it.perSecond))
  if (!cost || !perSecond) return undefined
  const isMarked = clear.length === 0
  return { cost, perSecond, ratio: figureOf(ratios), isMarked }
}

/** @returns the name of the server whose cost is 1.0 in this row */
export function referenceOf(row: Row, server: MeasuredServer): string {
  return row.reference ?? server.reference
}

function isBusy(measurement: Measurement | undefined): boolean {
  if (!measurement) return false
  const { generatorLoad, otherLoad } = measurement
  return generatorLoad > limits.generator || otherLoad > limits.others
}

/** @returns undefined for no values */
function figureOf(values: readonly number[]): Figure | undefined {
  const sorted = values.toSorted((one, other) => one - other)
  const [min, max] = [sorted[0], sorted.at(-1)]
  if (min === undefined || max === undefined) return undefined
  const middle = (sorted.length - 1) / 2
  const low = sorted[Math.floor(middle)] ?? min
  const high = sorted[Math.ceil(middle)] ?? max
  return { median: (low + high) / 2, min, max }
}
