import { readFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { CourseError } from "../../course/course-error.ts"
import { tasksOf } from "../../course/lesson.ts"
import type { Page, Snippet } from "../page.ts"
import { shownChanges } from "../shown-changes.ts"
import { shownCode } from "../shown-code.ts"
import type { Site } from "../site.ts"

/** Every `<<<` finds its files and region, and none gives a task away: the lines
 * of one are shown under its page's "Your turn" alone. */
export function snippets({ root, pages, lessons }: Site): string[] {
  const tasks = new Set(lessons.flatMap((page) => taskRegions(root, page)))
  return pages.flatMap((page) => {
    return page.snippets.flatMap((snippet) => {
      const { region, line } = snippet
      const folder = join(root, "docs", dirname(page.path))
      const path = join(folder, snippet.target)
      const place = page.place(line.number)
      const missing = whatIsMissing(root, folder, snippet)
      if (missing) return [`${place}: ${missing}`]
      const file = relative(join(root, "steps"), path).replaceAll("\\", "/")
      const isTask = tasks.has(`${file}#${region}`)
      if (!isTask || line.section === "Your turn") return []
      return [
        `${place}: ${region} is a task, and its lines are for "Your turn": ` +
          "show the whole file, or a region around it",
      ]
    })
  })
}

function taskRegions(root: string, page: Page): string[] {
  const path = join(root, "docs", page.path)
  return tasksOf(page.path, readFileSync(path, "utf8")).flatMap(
    ({ solution }) => solution ?? [],
  )
}

function whatIsMissing(
  root: string,
  folder: string,
  { before, target, region }: Snippet,
): string | undefined {
  const path = join(folder, target)
  try {
    if (before) shownChanges(root, join(folder, before), path)
    else shownCode(root, path, region)
    return undefined
  } catch (error) {
    if (error instanceof CourseError) return error.message
    throw error
  }
}
