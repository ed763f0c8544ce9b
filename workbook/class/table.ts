import { styled } from "../style.ts"
import type { Learner, StepCount, Stuck } from "./overview.ts"
import { plainText } from "./plain-text.ts"

/** In characters. */
const longestName = 24

/** How many tasks "Stuck most" lists. */
const mostStuck = 5

/** A row for each learner, and below them the tasks that most are at. */
export function tableOf(
  learners: readonly Learner[],
  stuck: readonly Stuck[],
): string {
  const numbers = (learners[0]?.steps ?? []).map(({ step }) => {
    return String(Number.parseInt(step, 10))
  })
  const rows = [
    ["learner", ...numbers, "hints", "is at"],
    ...learners.map(rowOf),
  ]
  const most = [
    ["learners", "hints", "task"],
    ...stuck.slice(0, mostStuck).map(({ learners, hints, id, title }) => {
      return [String(learners), String(hints), `${title}  ${id}`]
    }),
  ]
  const [left, right] = ["left", "right"] as const
  const sides = [left, ...numbers.map(() => right), right, left]
  const all = lines(rows, sides)
  if (stuck.length === 0) return all
  const title = styled("bold", "Stuck most")
  return `${all}\n\n${title}\n${lines(most, [right, right, left])}`
}

function rowOf({ learner, steps, at }: Learner): string[] {
  const place = at ? `${at.title}  ${at.id}` : "all tasks passed"
  const hints = at ? String(at.hints) : "-"
  return [shortened(plainText(learner)), ...steps.map(cell), hints, place]
}

function cell({ passed, of, isBegun }: StepCount): string {
  return isBegun ? `${passed}/${of}` : "-"
}

function shortened(name: string): string {
  const letters = [...name]
  if (letters.length <= longestName) return name
  return `${letters.slice(0, longestName - 1).join("")}…`
}

/** Columns that are as wide as their widest cell. The first row is the head. */
function lines(
  rows: readonly (readonly string[])[],
  sides: readonly ("left" | "right")[],
): string {
  const widths = sides.map((_, column) => {
    return Math.max(...rows.map((row) => [...(row[column] ?? "")].length))
  })
  return rows
    .map((row, index) => {
      const cells = sides.map((side, column) => {
        const text = row[column] ?? ""
        const space = " ".repeat((widths[column] ?? 0) - [...text].length)
        return side === "left" ? text + space : space + text
      })
      const line = cells.join("  ").trimEnd()
      return index === 0 ? styled("dim", line) : line
    })
    .join("\n")
}
