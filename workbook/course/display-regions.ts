import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { CourseError } from "./course-error.ts"
import type { Region } from "./regions.ts"

/**
 * Checks the regions that are not tasks: a page shows them by `<<<`, where
 * a file is too long to be shown as a whole.
 * @param page the step's lesson, for messages
 * @param regions all of a step
 * @param tasks the names of those that are tasks
 * @throws CourseError for the first that breaks a rule
 */
export function checkDisplayRegions(
  root: string,
  page: string,
  regions: readonly Region[],
  tasks: readonly string[],
): void {
  for (const { name, file, within } of regions) {
    if (within !== undefined && tasks.includes(within)) {
      throw new CourseError(
        `${file}: the region ${name} lies in the task ${within}, whose lines ` +
          "a learner replaces as a whole: move it around the task, or remove it",
      )
    }
    if (tasks.includes(name)) continue
    if (within !== undefined) {
      throw new CourseError(
        `${file}: the region ${name} lies in the region ${within}, and neither ` +
          "is a task: end one before the other begins",
      )
    }
    if (regions.filter((region) => region.name === name).length > 1) {
      throw new CourseError(
        `${file}: there is another region ${name} in this step: rename one`,
      )
    }
    if (!isShown(root, file, name)) {
      throw new CourseError(
        `${file}: no page shows the region ${name}: show it by ` +
          `"<<< ../../steps/${file}#${name}", add "### … {#${name}}" under ` +
          `"Your turn" in ${page}, or remove the region`,
      )
    }
  }
}

function isShown(root: string, file: string, name: string): boolean {
  const target = new RegExp(
    `^<<< (?:\\S+ -> )?(?:\\.\\./)+steps/${file.replaceAll(".", "\\.")}#${name}(?![\\w-])`,
    "m",
  )
  const docs = join(root, "docs")
  return readdirSync(docs, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".md") && !path.startsWith("."))
    .some((path) => target.test(readFileSync(join(docs, path), "utf8")))
}
