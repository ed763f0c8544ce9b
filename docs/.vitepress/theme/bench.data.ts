import { describeCores, describeRun } from "../../../bench/describe-run.ts"
import { readResult } from "../../../bench/read-result.ts"
import { hasMark, legend, type Table, tablesOf } from "../../../bench/report.ts"
import { slugOf } from "../../../workbook/site/page.ts"

interface AnchoredTable extends Table {
  readonly anchor: string
}

interface Bench {
  readonly tables: readonly AnchoredTable[]
  /** When and on which machine, as sentences. */
  readonly run: string
  /** What the mark means; empty where no line has it. */
  readonly legend: string
}

export declare const data: Bench

// VitePress asks for a default export.
export default {
  watch: ["../../../bench/result.json"],
  load(): Bench {
    const result = readResult()
    const tables = tablesOf(result)
    return {
      tables: tables.map((it) => ({ ...it, anchor: slugOf(it.title) })),
      run: `${describeRun(result)} ${describeCores(result.machine)}`,
      legend: hasMark(tables) ? legend : "",
    }
  },
}
