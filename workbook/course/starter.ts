import type { Task } from "./course.ts"
import { type Region, regionOf, withLines, withoutMarkers } from "./regions.ts"

/** Where a learner is to write. */
export interface Hole {
  /** The task's: "04-groups/group-send". */
  readonly id: string
  readonly title: string
  readonly region: Region
}

/**
 * A file as a learner gets it: with a hole for each task, and without the
 * lines that mark what only the site shows.
 * @param file relative to the steps' folder
 * @param text the finished file
 * @param tasks all of the course
 * @param blanked the tasks that become holes; other tasks keep their lines
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
  return holes.length === 0 ? starter : todoFor(file, starter) + starter
}

/** The same for any text with the regions' lines. */
export function withHoles(text: string, holes: readonly Hole[]): string {
  // From the last to the first: the indexes before it stay right.
  return holes
    .toSorted((one, other) => other.region.begin - one.region.begin)
    .reduce((all, { id, title, region }) => {
      return withLines(all, region, [`// ${title}`, holeOf(id)])
    }, text)
}

/** The line in the place of a task that is still to be done. */
export function holeOf(id: string): string {
  return `todo("${id}")`
}

/** A file with an answer to a task.
 * @throws CourseError if the file has no such region */
export function answer(
  file: string,
  text: string,
  { name }: Task,
  lines: readonly string[],
): string {
  return withLines(text, regionOf(file, text, name), lines)
}

/** A browser cannot import `todo.ts`. */
const todoInBrowser =
  "function todo(task) { throw new Error(task + ' is still to be done') }"

function todoFor(file: string, starter: string): string {
  if (file.endsWith(".js")) return `${todoInBrowser}\n\n`
  const up = "../".repeat(file.split("/").length - 1)
  const end = starter.startsWith("import ") ? "\n" : "\n\n"
  return `import { todo } from "${up}todo.ts"${end}`
}

/** A file without holes needs no `todo`. */
export function withoutIdleTodo(text: string): string {
  return /\btodo\("/.test(text) ? text : text.replace(idleTodo, "")
}

const idleTodo =
  /^(?:import \{ todo \} from "[./]*todo\.ts"|function todo\(task\) .*)\r?\n(\r?\n)?/m
