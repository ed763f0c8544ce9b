import { existsSync } from "node:fs"
import { dirname, join, posix } from "node:path"
import type { Line, Page } from "../page.ts"
import type { Site } from "../site.ts"

const link = /\]\((?!https?:|mailto:)([^)\s]*)\)/g

/** Every link from page to page leads somewhere, also to its heading. */
export function links({ root, pages }: Site): string[] {
  return pages.flatMap((page) => {
    return page.lines
      .filter(({ fence }) => fence === undefined)
      .flatMap((line) => {
        const targets = withoutCode(line).matchAll(link)
        return [...targets].flatMap(([, target = ""]) => {
          const problem = problemOf(root, pages, page, target)
          return problem ? [`${page.place(line.number)}: ${problem}`] : []
        })
      })
  })
}

function withoutCode({ text }: Line): string {
  return text.replace(/`[^`]*`/g, "")
}

function problemOf(
  root: string,
  pages: readonly Page[],
  from: Page,
  target: string,
): string | undefined {
  const [path = "", anchor] = target.split("#")
  const to = path === "" ? from : pages.find(isAt(pathOf(from, path)))
  if (!to) {
    const isFile = existsSync(join(root, "docs", dirname(from.path), path))
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

/** From docs/, without ".md". */
function pathOf(from: Page, path: string): string {
  const joined = path.startsWith("/")
    ? path.slice(1)
    : posix.join(posix.dirname(from.path), path)
  return joined.replace(/\.(md|html)$/, "").replace(/(^|\/)$/, "$1index")
}

function isAt(path: string): (page: Page) => boolean {
  return (page) => page.path === `${path}.md`
}
