import { existsSync, readFileSync } from "node:fs"
import { join, relative } from "node:path"
import { CourseError } from "../course/course-error.ts"
import { tasksOf } from "../course/lesson.ts"
import { regionsOf, withoutMarkers } from "../course/regions.ts"
import { withHoles } from "../course/starter.ts"

const pythonMarker = /^[ \t]*# (?:end)?region\b.*\n?/gm

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
  if (!existsSync(path)) {
    throw new CourseError(`There is no file ${relative(root, path)} to show`)
  }
  const text = readFileSync(path, "utf8")
  const code = region ? linesOf(relative(root, path), text, region) : text
  const file = relative(join(root, "steps"), path).replaceAll("\\", "/")
  const isOurs = path.endsWith(".ts") && !file.startsWith("..")
  const shown = isOurs
    ? withoutAnswers(root, file, region, code)
    : code.replace(pythonMarker, "")
  return dedent(shown).trimEnd()
}

function linesOf(file: string, text: string, region: string): string {
  const lines = text.split("\n")
  const begin = lines.findIndex((line) => isMarker(line, "region", region))
  const end = lines.findIndex((line) => isMarker(line, "endregion", region))
  if (begin === -1 || end < begin) {
    throw new CourseError(`There is no region ${region} in ${file} to show`)
  }
  return lines.slice(begin + 1, end).join("\n")
}

function isMarker(line: string, kind: string, name: string): boolean {
  return [`// #${kind} ${name}`, `# ${kind} ${name}`].includes(line.trim())
}

function withoutAnswers(
  root: string,
  file: string,
  region: string | undefined,
  code: string,
): string {
  const [step = ""] = file.split("/")
  const page = `docs/steps/${step}.md`
  const tasks = tasksOf(page, readFileSync(join(root, page), "utf8"))
  const names = tasks.map(({ name }) => name)
  if (region && names.includes(region)) return code
  const holes = regionsOf(file, code)
    .filter(({ name }) => names.includes(name))
    .map((hole) => ({ id: `${step}/${hole.name}`, region: hole }))
  return withoutMarkers(withHoles(code, holes))
}

function dedent(code: string): string {
  const lines = code.split("\n")
  const indents = lines.filter(Boolean).map((line) => line.search(/\S|$/))
  const least = Math.min(...indents)
  return lines.map((line) => line.slice(least)).join("\n")
}
