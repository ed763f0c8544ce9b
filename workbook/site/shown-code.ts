import { existsSync, readFileSync } from "node:fs"
import { join, relative } from "node:path"
import { CourseError } from "../course/course-error.ts"
import { tasksOf } from "../course/lesson.ts"
import {
  dedent,
  linesOf,
  regionOf,
  regionsOf,
  withoutMarkers,
} from "../course/regions.ts"
import { withHoles } from "../course/starter.ts"
import { lessonOf } from "../folders.ts"

/**
 * Code as a page shows it: without the lines that mark regions, and with holes
 * where a learner is to write. Only a task's own region shows its lines.
 * @param root of the workbook
 * @param path of the file
 * @param region its name, if it is not the whole file
 * @throws CourseError if there is no such file, or region
 */
export function shownCode(
  root: string,
  path: string,
  region: string | undefined,
): string {
  const name = relative(root, path)
  if (!existsSync(path)) {
    throw new CourseError(`There is no file ${name} to show`)
  }
  const text = readFileSync(path, "utf8")
  const code = region
    ? linesOf(text, regionOf(name, text, region)).join("\n")
    : text
  const shown = withoutAnswers(root, path, region, code)
  return dedent(withoutMarkers(shown).split("\n")).join("\n").trimEnd()
}

/**
 * Where a region is in its whole file, as `shownCode` returns that.
 * @returns the index of its first line, and of the one after its last
 * @throws CourseError if the file has no such region
 */
export function shownPlace(
  root: string,
  path: string,
  region: string,
): { readonly begin: number; readonly end: number } {
  const text = readFileSync(path, "utf8")
  const shown = withoutAnswers(root, path, undefined, text)
  const marked = withoutMarkers(shown, [region])
  const { begin, end } = regionOf(relative(root, path), marked, region)
  return { begin, end: end - 1 } // without the marker above it
}

/** "04-groups/chat-consumer.ts"; begins with ".." for other files. */
export function nameInSteps(root: string, path: string): string {
  return relative(join(root, "steps"), path).replaceAll("\\", "/")
}

/** Files that no learner writes in stay as they are. */
function withoutAnswers(
  root: string,
  path: string,
  region: string | undefined,
  code: string,
): string {
  const file = nameInSteps(root, path)
  if (!/\.[jt]s$/.test(path) || file.startsWith("..")) return code
  const [step = ""] = file.split("/")
  const page = lessonOf(step)
  const tasks = tasksOf(page, readFileSync(join(root, page), "utf8"))
  if (tasks.some(({ name }) => name === region)) return code
  const regions = regionsOf(file, code)
  const holes = tasks.flatMap(({ name, title }) => {
    const hole = regions.find((it) => it.name === name)
    return hole ? [{ id: `${step}/${name}`, title, region: hole }] : []
  })
  return withHoles(code, holes)
}
