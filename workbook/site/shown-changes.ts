import { existsSync, readFileSync } from "node:fs"
import { join, posix, relative } from "node:path"
import { diffArrays } from "diff"
import { CourseError } from "../course/course-error.ts"
import { withoutMarkers } from "../course/regions.ts"
import { shownCode } from "./shown-code.ts"

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
  const [from, to] = [nameOf(root, before), nameOf(root, after)]
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
  for (const { removed, added, count } of parts) {
    for (let line = 0; line < count; line++) {
      if (removed) lines.push({ kind: "removed", index: oldIndex++ })
      else lines.push({ kind: added ? "added" : "same", index: newIndex++ })
    }
    if (!removed && !added) oldIndex += count
  }
  return { code: `${finished}\n${shown}`, lines: withGaps(lines) }
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

/** Leaves out what is unchanged and far from every change. */
function withGaps(lines: readonly ChangedLine[]): ChangedLine[] {
  const isNear = lines.map((_line, index) => {
    const near = lines.slice(Math.max(index - context, 0), index + context + 1)
    return near.some(({ kind }) => kind !== "same")
  })
  const shown: ChangedLine[] = []
  for (let index = 0; index < lines.length; ) {
    const next = isNear.indexOf(true, index)
    const count = (next === -1 ? lines.length : next) - index
    if (count > 1) {
      shown.push({ kind: "gap", count })
      index += count
    } else {
      const line = lines[index++]
      if (line) shown.push(line)
    }
  }
  return shown
}

/** "04-groups/chat-consumer.ts" */
function nameOf(root: string, path: string): string {
  return relative(join(root, "steps"), path).replaceAll("\\", "/")
}

function stepOf(name: string): string {
  return name.split("/")[0] ?? ""
}
