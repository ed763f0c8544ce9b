import type { Learner } from "./overview.ts"
import { plainText } from "./plain-text.ts"

/** What a spreadsheet takes for the beginning of a formula. */
const formula = /^\s*[=+\-@＝＋－＠]/

/** Without it, some spreadsheets do not read the text as UTF-8. */
const byteOrderMark = "\ufeff"

/** A row for each learner, for a spreadsheet. Numbers stand alone: "3/5" would
 * be read as a date. */
export function csvOf(learners: readonly Learner[]): string {
  const counts = (learners[0]?.steps ?? []).map(({ step, of }) => {
    return `${step} (of ${of})`
  })
  const head = ["learner", ...counts, "task", "title", "hints", "time", "file"]
  const rows = [head, ...learners.map(rowOf)]
  return `${byteOrderMark}${rows.map((row) => row.map(field).join(",")).join("\r\n")}`
}

function rowOf({ learner, steps, at, timeMs, file }: Learner) {
  const counts = steps.map(({ isBegun, passed }) => (isBegun ? passed : ""))
  const place = [at?.id ?? "", at?.title ?? "", at?.hints ?? ""]
  return [learner, ...counts, ...place, new Date(timeMs).toISOString(), file]
}

function field(value: string | number): string {
  if (typeof value === "number") return String(value)
  const text = plainText(value)
  const safe = formula.test(text) ? `'${text}` : text
  return /[",;]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
