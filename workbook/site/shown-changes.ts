import { existsSync, readFileSync } from "node:fs"
import { posix } from "node:path"
import { diffArrays } from "diff"
import { CourseError } from "../course/course-error.ts"
import { withoutMarkers } from "../course/regions.ts"
import { nameInSteps, shownCode } from "./shown-code.ts"

/** What a page shows of two files. */
export interface Changes {
  /** The whole earlier file, and below it the whole later one. */
  readonly code: string
  /** What is shown of these lines, in order. */
  readonly lines: readonly ChangedLine[]
}

/** A line of `code`, by its index; or how many unchanged ones are left out. */
export type ChangedLine =
  | { readonly kind: "removed" | "added" | "same"; readonly index: number }
  | { readonly kind: "gap"; readonly count: number }

/** How many unchanged lines are shown above and below a change. */
const context = 2

/**
 * The difference between two steps' files. The earlier file is shown as it is
 * when its step is finished, the later one with holes where a learner is to
 * write. An import whose only change is its path is no difference.
 * @param root of the workbook
 * @param before path of the earlier file
 * @param after path of the later file
 * @throws CourseError if one of them is missing, or if they are not in order
 */
export function shownChanges(
  root: string,
  before: string,
  after: string,
): Changes {
  const [from, to] = [nameInSteps(root, before), nameInSteps(root, after)]
  if (!existsSync(before)) {
    throw new CourseError(`There is no file steps/${from} to compare with`)
  }
  const shown = shownCode(root, after, undefined)
  if (stepOf(from) >= stepOf(to)) {
    throw new CourseError(
      `steps/${from} does not belong to an earlier step than steps/${to}: ` +
        "name the earlier file first",
    )
  }
  const finished = withoutMarkers(readFileSync(before, "utf8")).trimEnd()
  const oldLines = comparable(from, finished)
  const parts = diffArrays(oldLines, comparable(to, shown))
  const lines: ChangedLine[] = []
  let [oldIndex, newIndex] = [0, oldLines.length]
  for (const [place, { removed, added, count }] of parts.entries()) {
    if (removed) {
      lines.push(...linesFrom("removed", oldIndex, count))
    } else if (added) {
      lines.push(...linesFrom("added", newIndex, count))
    } else {
      const above = place === 0 ? 0 : context
      const below = place === parts.length - 1 ? 0 : context
      lines.push(...unchanged(newIndex, count, above, below))
    }
    if (!added) oldIndex += count
    if (!removed) newIndex += count
  }
  return { code: `${finished}\n${shown}`, lines }
}

/** The lines of a file, with the paths of its imports as all steps see them. */
function comparable(file: string, code: string): string[] {
  const folder = posix.dirname(file)
  return code.split("\n").map((line) => {
    return line.replace(/(?<= from ")\.[^"]*/, (path) => {
      return posix.join(folder, path)
    })
  })
}

/** Leaves out what is far from the changes above and below it. */
function unchanged(
  index: number,
  count: number,
  above: number,
  below: number,
): ChangedLine[] {
  const left = count - above - below
  if (left < 2) return linesFrom("same", index, count)
  return [
    ...linesFrom("same", index, above),
    { kind: "gap", count: left },
    ...linesFrom("same", index + count - below, below),
  ]
}

function linesFrom(
  kind: "removed" | "added" | "same",
  first: number,
  count: number,
): ChangedLine[] {
  return Array.from({ length: count }, (_, at) => ({ kind, index: first + at }))
}

/** "04-groups" */
export function stepOf(name: string): string {
  return name.split("/")[0] ?? ""
}
