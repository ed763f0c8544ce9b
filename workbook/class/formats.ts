import { styled } from "../style.ts"
import type { Learner, Overview } from "./overview.ts"

/** In characters. */
const longestName = 24

/** How many tasks "Stuck most" lists. */
const mostStuck = 5

/** A row for each learner, then the tasks at which most learners are. */
export function tableOf({ learners, stuck }: Overview): string {
  const steps = learners[0]?.steps ?? []
  const numbers = steps.map(({ step }) => String(Number.parseInt(step, 10)))
  const head = ["learner", ...numbers, "hints", "is at"]
  const all = columns([head, ...learners.map(tableRow)], ["learner", "is at"])
  if (stuck.length === 0) return all
  const most = stuck.slice(0, mostStuck).map((it) => {
    return [String(it.learners), String(it.hints), `${it.title}  ${it.id}`]
  })
  const below = columns([["learners", "hints", "task"], ...most], ["task"])
  return `${all}\n\n${styled("bold", "Stuck most")}\n${below}`
}

function tableRow({ learner, steps, at }: Learner): string[] {
  const letters = [...learner]
  const name =
    letters.length > longestName
      ? `${letters.slice(0, longestName - 1).join("")}…`
      : learner
  const counts = steps.map(({ passed, of, isBegun }) => {
    return isBegun ? `${passed}/${of}` : "-"
  })
  const place = at ? `${at.title}  ${at.id}` : "all tasks passed"
  return [name, ...counts, at ? String(at.hints) : "-", place]
}

/** Columns that are as wide as their widest cell. The first row is the head.
 * @param texts the heads of the columns that are aligned left */
function columns(
  rows: readonly (readonly string[])[],
  texts: readonly string[],
): string {
  const [head = []] = rows
  const widths = head.map((_, column) => {
    return Math.max(...rows.map((row) => row[column]?.length ?? 0))
  })
  const lines = rows.map((row) => {
    const cells = widths.map((width, column) => {
      const cell = row[column] ?? ""
      const isText = texts.includes(head[column] ?? "")
      return isText ? cell.padEnd(width) : cell.padStart(width)
    })
    return cells.join("  ").trimEnd()
  })
  const [first = "", ...others] = lines
  return [styled("dim", first), ...others].join("\n")
}

/** Characters that begin a formula in a spreadsheet. */
const formula = /^\s*[=+\-@＝＋－＠]/

/** Without it, some spreadsheets do not read the file as UTF-8. */
const byteOrderMark = "\ufeff"

/** A row for each learner, for a spreadsheet. Each number has its own cell:
 * "3/5" would be read as a date. */
export function csvOf({ learners }: Overview): string {
  const steps = learners[0]?.steps ?? []
  const counts = steps.map(({ step, of }) => `${step} (of ${of})`)
  const head = ["learner", ...counts, "task", "title", "hints", "time", "file"]
  const rows = [head, ...learners.map(csvRow)]
  const lines = rows.map((row) => row.map(csvField).join(","))
  return byteOrderMark + lines.join("\r\n")
}

function csvRow({ learner, steps, at, time, file }: Learner) {
  const counts = steps.map(({ isBegun, passed }) => (isBegun ? passed : ""))
  const place = [at?.id ?? "", at?.title ?? "", at?.hints ?? ""]
  return [learner, ...counts, ...place, time, file]
}

function csvField(value: string | number): string {
  if (typeof value === "number") return String(value)
  const safe = formula.test(value) ? `'${value}` : value
  return /[",;]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
