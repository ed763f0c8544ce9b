import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { CourseError } from "../course/course-error.ts"
import { regionsOf } from "../course/regions.ts"
import type { Page } from "./page.ts"

/** A line to be removed from a step, and the check that needs it. */
export interface Break {
  /** The step whose page asks for it: "04-groups". */
  readonly step: string
  /** Relative to the steps' folder. */
  readonly file: string
  /** The line, the only one like it, without its indentation. */
  readonly code: string
  /** The full name of the first check that fails. */
  readonly red: string
  readonly because: string
}

/**
 * The value of `break` in a page's front matter.
 * @param root of the workbook
 * @returns undefined for a page without one
 * @throws CourseError if the line cannot be removed as described
 */
export function readBreak(root: string, page: Page): Break | undefined {
  const { step, frontMatter } = page
  if (!step || frontMatter.break === undefined) return undefined
  const place = `docs/${page.path}: "break"`
  const { file, remove, red, because } = textsOf(place, frontMatter.break)
  const path = join(root, "steps", file)
  if (!existsSync(path)) {
    throw new CourseError(`${place}: there is no file steps/${file}`)
  }
  const text = readFileSync(path, "utf8")
  const lines = text.split("\n")
  const found = lines.filter((line) => line.includes(remove))
  const [code] = found
  if (code === undefined || found.length > 1) {
    throw new CourseError(
      `${place}: "${remove}" is in ${found.length} lines of steps/${file}: ` +
        "give a string that is in exactly one",
    )
  }
  const index = lines.indexOf(code)
  const tasks = page.tasks.map(({ name }) => name)
  const task = regionsOf(file, text).find(({ name, begin, end }) => {
    return tasks.includes(name) && begin <= index && index <= end
  })
  if (task) {
    throw new CourseError(
      `${place}: the line is in the task ${task.name}, which the page must ` +
        "not give away: choose another",
    )
  }
  return { step, file, code: code.trim(), red, because }
}

const fields = ["file", "remove", "red", "because"] as const

function textsOf(place: string, value: unknown) {
  const given = (value ?? {}) as Record<string, unknown>
  const missing = fields.filter((name) => typeof given[name] !== "string")
  if (missing.length > 0) {
    throw new CourseError(`${place} needs a string as ${missing.join(", ")}`)
  }
  return given as Record<(typeof fields)[number], string>
}
