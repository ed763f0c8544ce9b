import { compare, type Figure, limits, referenceOf } from "./figures.ts"
import type { MeasuredServer, Result } from "./result.ts"
import { type Row, rows } from "./rows.ts"

/** A row of the bench, for the terminal and for the page. */
export interface Table {
  readonly title: string
  readonly head: readonly string[]
  readonly lines: readonly (readonly string[])[]
}

/** @returns a table for every row that was measured */
export function tablesOf(result: Result): Table[] {
  return rows.flatMap((row) => {
    const lines = result.servers.flatMap((server) => {
      return lineOf(result, row, server) ?? []
    })
    return lines.length > 0
      ? [{ title: row.title, head: headOf(row), lines }]
      : []
  })
}

const mark = " !"

/** What the mark in a table means. */
export const legend =
  `! proves nothing: in every turn the generator used over ` +
  `${limits.generator} of its core, or other programs over ` +
  `${limits.others} of one.`

/** Whether a table has the mark. */
export function hasMark(tables: readonly Table[]): boolean {
  return tables.some(({ lines }) => {
    return lines.some((cells) => cells.some((cell) => cell.endsWith(mark)))
  })
}

function headOf({ unit }: Row): string[] {
  const cost = unit === "socket" ? "kB per socket" : `µs per ${unit}`
  const head = ["server", "processes", cost, "ratio", "spread"]
  return unit === "socket" ? head : [...head, "per second"]
}

function lineOf(
  result: Result,
  row: Row,
  server: MeasuredServer,
): [string[]] | undefined {
  const reference = referenceOf(row, server)
  const found = compare(result, row, server.name, reference)
  if (!found) return undefined
  const { ratio, isMarked } = found
  const cost = found.cost.median / (row.unit === "socket" ? 1_000 : 1)
  const hasSpread = result.turns > 1 && server.name !== reference
  const line = [
    server.title,
    String(server.processes),
    cost.toFixed(cost < 10 ? 2 : 1),
    (ratio ? ratio.median.toFixed(2) : "–") + (isMarked ? mark : ""),
    ratio && hasSpread ? spreadOf(ratio) : "",
  ]
  if (row.unit === "socket") return [line]
  const perSecond = Math.round(found.perSecond.median).toLocaleString("en")
  return [[...line, perSecond]]
}

function spreadOf({ min, max }: Figure): string {
  return `${min.toFixed(2)}–${max.toFixed(2)}`
}
