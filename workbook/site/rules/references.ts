import { existsSync, readFileSync } from "node:fs"
import { dirname, join, posix } from "node:path"
import { regionsOf } from "../../course/regions.ts"
import type { Page } from "../page.ts"
import { shownChanges } from "../shown-changes.ts"
import { nameInSteps, shownCode } from "../shown-code.ts"
import { complaintOf, type Site } from "./site.ts"

const link = /\]\((?!https?:|mailto:)([^)\s]*)\)/g

/** A step's file in backticks, and the regions named beside it. */
const named =
  /`(\d\d-[a-z]+\/[\w./-]+\.\w+)`(?:, regions? ((?:`[\w-]+`(?:, | and )?)+))?/g

/** Every `<<<` finds its files and region, and none gives a task away: the lines
 * of one are shown under its page's "Your turn" alone. */
export function* snippets(site: Site): Iterable<string> {
  const { root, pages, lessons } = site
  const tasks = lessons.flatMap((page) => page.tasks)
  const solutions = tasks.map(({ solution }) => solution)
  for (const page of pages) {
    const folder = join(root, "docs", dirname(page.path))
    for (const { line, before, target, region } of page.snippets) {
      const path = join(folder, target)
      const complaint = complaintOf(() => {
        if (before) shownChanges(root, join(folder, before), path, region)
        else shownCode(root, path, region)
      })
      const isTask = solutions.includes(`${nameInSteps(root, path)}#${region}`)
      if (complaint) {
        yield `${page.place(line.number)}: ${complaint}`
      } else if (isTask && line.section !== "Your turn") {
        yield `${page.place(line.number)}: ${region} is a task, and its lines ` +
          'are for "Your turn": show the whole file, or a region around it'
      }
    }
  }
}

/** Every link from page to page leads somewhere, also to its heading. */
export function* links({ root, pages }: Site): Iterable<string> {
  for (const page of pages) {
    for (const { number, text, fence } of page.lines) {
      if (fence !== undefined) continue
      const withoutCode = text.replace(/`[^`]*`/g, "")
      for (const [, target = ""] of withoutCode.matchAll(link)) {
        const problem = linkProblem(root, pages, page, target)
        if (problem) yield `${page.place(number)}: ${problem}`
      }
    }
  }
}

/** Files and regions of steps that a sentence or a table names are there. */
export function* namedFiles({ root, pages }: Site): Iterable<string> {
  for (const page of pages) {
    for (const { number, text, fence } of page.lines) {
      if (fence !== undefined) continue
      for (const [, file = "", regions = ""] of text.matchAll(named)) {
        const problem = fileProblem(root, file, regions)
        if (problem) yield `${page.place(number)}: ${problem}`
      }
    }
  }
}

function linkProblem(
  root: string,
  pages: readonly Page[],
  from: Page,
  target: string,
): string | undefined {
  const [path = "", anchor] = target.split("#")
  const file = path === "" ? from.path : pageFile(from, path)
  const to = pages.find((page) => page.path === file)
  if (!to) {
    // The site has the files of docs/public at its root.
    const folder = path.startsWith("/") ? "public" : dirname(from.path)
    const isFile = existsSync(join(root, "docs", folder, path))
    return isFile && !path.endsWith("/")
      ? undefined
      : `there is no page ${path}: link to a page by its file, like ./04-groups.md`
  }
  const anchors = to.headings.map((heading) => heading.anchor)
  if (anchor === undefined || anchors.includes(anchor)) return undefined
  return (
    `docs/${to.path} has no heading #${anchor}: it has ` +
    `${anchors.map((it) => `#${it}`).join(", ")}`
  )
}

/** From docs/. */
function pageFile(from: Page, path: string): string {
  const joined = path.startsWith("/")
    ? path.slice(1)
    : posix.join(posix.dirname(from.path), path)
  const name = joined.replace(/\.(md|html)$/, "")
  return `${name.replace(/(^|\/)$/, "$1index")}.md`
}

function fileProblem(
  root: string,
  file: string,
  regions: string,
): string | undefined {
  const path = join(root, "steps", file)
  if (!existsSync(path)) return `there is no file steps/${file}`
  const known = regionsOf(file, readFileSync(path, "utf8"))
  for (const [, name] of regions.matchAll(/`([\w-]+)`/g)) {
    if (known.some((region) => region.name === name)) continue
    return `steps/${file} has no region ${name}`
  }
  return undefined
}
