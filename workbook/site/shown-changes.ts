import { existsSync, readFileSync } from "node:fs"
import { posix } from "node:path"
import { diffArrays } from "diff"
import { CourseError } from "../course/course-error.ts"
import { regionsOf, withoutMarkers } from "../course/regions.ts"
import { nameInSteps, shownCode, shownPlace } from "./shown-code.ts"

/** What a page shows of two files. */
export interface Changes {
  /** The whole earlier file, and below it the whole later one. */
  readonly code: string
  /** What is shown of these lines, in order. */
  readonly lines: readonly ChangedLine[]
  /** By how many spaces all lines that are shown are indented. */
  readonly indent: number
}

/** A line of `code`, by its index; or how many unchanged ones are left out. */
export type ChangedLine =
  | KeptLine
  | { readonly kind: "gap"; readonly count: number }

interface KeptLine {
  readonly kind: "removed" | "added" | "same"
  readonly index: number
}

/** Lines of a file: from the first index to before the second. */
interface Range {
  readonly begin: number
  readonly end: number
}

/** How many unchanged lines are shown above and below a change. */
const context = 2

/**
 * The difference between two steps' files. The earlier file is shown as it is
 * when its step is finished, the later one with holes where a learner is to
 * write. An import whose only change is its path is no difference.
 * @param root of the workbook
 * @param before path of the earlier file
 * @param after path of the later file
 * @param region of the later file, if not all of it is shown: compared with the
 * region of that name in the earlier file, else with the whole earlier file
 * @throws CourseError if a file or the region is missing, if the files are not
 * in order, or if nothing has changed
 */
export function shownChanges(
  root: string,
  before: string,
  after: string,
  region?: string,
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
  const [oldLines, newLines] = [
    comparable(from, finished),
    comparable(to, shown),
  ]
  const own = region ? shownPlace(root, after, region) : undefined
  const counterpart = own && placeIn(before, region)
  const all = counterpart
    ? difference(oldLines, counterpart, newLines, own)
    : difference(oldLines, wholeOf(oldLines), newLines, wholeOf(newLines))
  const offset = oldLines.length
  const kept = own && !counterpart ? within(all, own, offset) : all
  if (kept.every(({ kind }) => kind === "same")) {
    throw new CourseError(
      `Nothing has changed from steps/${from} to steps/${to}` +
        `${region ? `#${region}` : ""}: there is no difference to show`,
    )
  }
  const code = `${finished}\n${shown}`
  return { code, lines: withGaps(kept), indent: indentOf(code, kept) }
}

function placeIn(path: string, region = ""): Range | undefined {
  const text = withoutMarkers(readFileSync(path, "utf8"), [region])
  const found = regionsOf(path, text).find(({ name }) => name === region)
  return found && { begin: found.begin, end: found.end - 1 }
}

function wholeOf(lines: readonly string[]): Range {
  return { begin: 0, end: lines.length }
}

/** The lines of both ranges: later ones by their index below the earlier file. */
function difference(
  oldLines: readonly string[],
  oldRange: Range,
  newLines: readonly string[],
  newRange: Range,
): KeptLine[] {
  let oldIndex = oldRange.begin
  let newIndex = oldLines.length + newRange.begin
  const parts = diffArrays(
    oldLines.slice(oldRange.begin, oldRange.end),
    newLines.slice(newRange.begin, newRange.end),
  )
  return parts.flatMap(({ removed, added, count }) => {
    const kind = removed ? "removed" : added ? "added" : "same"
    const first = removed ? oldIndex : newIndex
    if (!added) oldIndex += count
    if (!removed) newIndex += count
    return Array.from({ length: count }, (_, at) => ({
      kind,
      index: first + at,
    }))
  })
}

/** Of a difference of whole files, what is in a range of the later one. Lines
 * that were removed are in it if a line of the range has come in their place. */
function within(
  lines: readonly KeptLine[],
  { begin, end }: Range,
  offset: number,
): KeptLine[] {
  const isIn = ({ kind, index }: KeptLine) => {
    return kind !== "removed" && index >= offset + begin && index < offset + end
  }
  const last = lines.findLastIndex(isIn)
  let first = lines.findIndex(isIn)
  if (lines[first]?.kind === "added") {
    while (lines[first - 1]?.kind === "removed") first--
  }
  return lines.slice(first, last + 1)
}

/** Leaves out what is far from the changes above and below it, but no single
 * line: a gap would take as much room. */
function withGaps(lines: readonly KeptLine[]): ChangedLine[] {
  const isNear = lines.map((_line, at) => {
    const near = lines.slice(Math.max(0, at - context), at + context + 1)
    return near.some(({ kind }) => kind !== "same")
  })
  const isShown = isNear.map((near, at) => {
    return near || (isNear[at - 1] !== false && isNear[at + 1] !== false)
  })
  return lines.flatMap((line, at): ChangedLine[] => {
    if (isShown[at]) return [line]
    if (isShown[at - 1] === false) return []
    const end = isShown.indexOf(true, at)
    return [{ kind: "gap", count: (end === -1 ? lines.length : end) - at }]
  })
}

function indentOf(code: string, lines: readonly KeptLine[]): number {
  const all = code.split("\n")
  const own = lines.map(({ index }) => all[index] ?? "").filter(Boolean)
  return Math.min(...own.map((line) => line.search(/\S|$/)))
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

/** "04-groups" */
export function stepOf(name: string): string {
  return name.split("/")[0] ?? ""
}
