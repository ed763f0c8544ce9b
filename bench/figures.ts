import type { MeasuredServer, Measurement, Result } from "./result.ts"
import type { Row } from "./rows.ts"

/** The median of all turns, and between what they lie. */
export interface Figure {
  readonly median: number
  readonly min: number
  readonly max: number
}

/** Above these, in cores, a measurement proves nothing. */
export const limits = { generator: 0.9, others: 0.3 } as const

/** @returns what the server has shown in the row, a turn each */
export function measurementsOf(
  { measurements }: Result,
  row: Row,
  server: string,
): readonly Measurement[] {
  return measurements.filter((it) => {
    return it.row === row.name && it.server === server
  })
}

/** @returns undefined for no values */
export function figureOf(values: readonly number[]): Figure | undefined {
  const sorted = values.toSorted((one, other) => one - other)
  const [min, max] = [sorted[0], sorted.at(-1)]
  if (min === undefined || max === undefined) return undefined
  const middle = (sorted.length - 1) / 2
  const [low = 0, high = 0] = [
    sorted[Math.floor(middle)],
    sorted[Math.ceil(middle)],
  ]
  return { median: (low + high) / 2, min, max }
}

/**
 * How cheap a server is: 1.0 is as cheap as the reference, 2.0 half its cost.
 * Turns are compared with the same turn of the reference.
 * @returns undefined where one of them was not measured
 */
export function ratioOf(
  result: Result,
  row: Row,
  server: string,
  reference: string,
): Figure | undefined {
  const others = measurementsOf(result, row, reference)
  const ratios = measurementsOf(result, row, server).flatMap((it) => {
    const other = others.find(({ turn }) => turn === it.turn)
    return other && it.cost > 0 ? [other.cost / it.cost] : []
  })
  return figureOf(ratios)
}

/** @returns the name of the server that has 1.0 in this row */
export function referenceOf(row: Row, server: MeasuredServer): string {
  return row.reference ?? server.reference
}

/** Whether the machine was too busy for what these measurements say. */
export function isMarked(measurements: readonly Measurement[]): boolean {
  return measurements.some(({ generatorLoad, otherLoad }) => {
    return generatorLoad > limits.generator || otherLoad > limits.others
  })
}
