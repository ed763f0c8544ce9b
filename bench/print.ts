import { styled } from "../workbook/style.ts"
import { hasMark, legend, type Table, tablesOf } from "./report.ts"
import type { Result } from "./result.ts"
import { verdictsOf } from "./targets.ts"

/** Prints what was measured, for a person at a terminal. */
export function printResult(result: Result): void {
  const tables = tablesOf(result)
  for (const table of tables) printTable(table)
  if (tables.length > 0) {
    console.log(
      "\nRatio: 1.00 costs as much as the reference, 2.00 half as much.\n" +
        "The reference is Socket.IO with as many processes; for storing, one " +
        "INSERT each by hand;\nfor returning, step 9.",
    )
  }
  if (hasMark(tables)) console.log(styled("yellow", legend))
}

/** Prints the targets that could be checked.
 * @returns how many were missed */
export function printVerdicts(result: Result): number {
  const verdicts = verdictsOf(result)
  if (verdicts.length > 0) console.log(styled("bold", "\nTargets"))
  const colors = { met: "green", missed: "red", unclear: "yellow" } as const
  for (const { is, sentence } of verdicts) {
    console.log(`${styled(colors[is], is.padEnd(7))} ${sentence}`)
  }
  return verdicts.filter(({ is }) => is === "missed").length
}

/** Prints a table whose first column is text, and the others numbers. */
export function printTable({ title, head, lines }: Table): void {
  console.log(styled("bold", `\n${title}`))
  const widths = head.map((_, column) => {
    return Math.max(...[head, ...lines].map((it) => it[column]?.length ?? 0))
  })
  for (const line of [head, ...lines]) {
    const cells = line.map((cell, column) => {
      const width = widths[column] ?? 0
      return column === 0 ? cell.padEnd(width) : cell.padStart(width)
    })
    const text = cells.join("  ").trimEnd()
    console.log(line === head ? styled("dim", text) : text)
  }
}
