import type { Task } from "./course.ts"
import { CourseError } from "./course-error.ts"
import { type Region, regionsOf, withoutMarkers } from "./regions.ts"

/** Where a learner is to write. */
export interface Hole {
  /** The task's: "04-groups/group-send". */
  readonly id: string
  readonly region: Region
}

/**
 * A file as a learner gets it: with holes where tasks are, and without the
 * lines that mark what only the site shows.
 * @param file relative to the steps' folder
 * @param text the finished file
 * @param tasks all of the course
 * @param blanked those to be blanked; others of the file stay as they are
 */
export function starterOf(
  file: string,
  text: string,
  tasks: readonly Task[],
  blanked: readonly Task[],
): string {
  const own = tasks.filter(({ region }) => region.file === file)
  const holes = own.filter(({ id }) => blanked.some((it) => it.id === id))
  const starter = withoutMarkers(
    withHoles(text, holes),
    own.map(({ name }) => name),
  )
  return holes.length === 0 ? starter : `${importLine(file)}\n${starter}`
}

/** The same for any text that has the regions' lines. */
export function withHoles(text: string, holes: readonly Hole[]): string {
  // From the last to the first: the indexes before it stay right.
  return holes
    .toSorted(fromTheLast)
    .reduce((all, { id, region }) => fill(all, region, `todo("${id}")`), text)
}

/** A learner's file with somebody's answer to a task.
 * @throws CourseError if the file has no such region */
export function answer(
  file: string,
  text: string,
  { name }: Task,
  lines: string,
): string {
  const region = regionsOf(file, text).find((it) => it.name === name)
  if (region) return fill(text, region, lines)
  throw new CourseError(`${file}: there is no region ${name}`)
}

/** A text with other lines in a region, as far indented as its markers. */
function fill(text: string, region: Region, content: string): string {
  const lines = text.split("\n")
  const indent = /^\s*/.exec(lines[region.begin] ?? "")?.[0] ?? ""
  const indented = content
    .split("\n")
    .map((line) => (line === "" ? "" : indent + line))
  const length = region.end - region.begin - 1
  lines.splice(region.begin + 1, length, ...indented)
  return lines.join("\n")
}

function fromTheLast(one: Hole, other: Hole): number {
  return other.region.begin - one.region.begin
}

function importLine(file: string): string {
  const up = "../".repeat(file.split("/").length - 1)
  return `import { todo } from "${up}todo.ts"`
}
