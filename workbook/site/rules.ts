import { spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { readCourse } from "../course/course.ts"
import { readBreak } from "./breaks.ts"
import { readDifferences } from "./differences.ts"
import { readMessagePaths } from "./message-paths.ts"
import { readPages } from "./page.ts"
import { beginning } from "./rules/beginning.ts"
import { codeTour } from "./rules/code-tour.ts"
import { commands } from "./rules/commands.ts"
import { diagrams } from "./rules/diagrams.ts"
import { frontMatter } from "./rules/front-matter.ts"
import { lessonShape } from "./rules/lesson-shape.ts"
import { paragraphs } from "./rules/paragraphs.ts"
import { links, namedFiles, snippets } from "./rules/references.ts"
import { complaintOf, type Rule, type Site } from "./rules/site.ts"
import { readSecurity } from "./security.ts"

const rules: readonly Rule[] = [
  frontMatter,
  lessonShape,
  beginning,
  codeTour,
  diagrams,
  typedCode,
  paragraphs,
  snippets,
  links,
  namedFiles,
  commands,
  course,
  python,
]

/** Everything that can be said of the pages without building them.
 * @param root of the workbook, or of a fixture that is laid out like it
 * @returns what is wrong, a sentence each */
export function checkPages(root: string): string[] {
  const pages = readPages(root)
  const lessons = pages.filter(({ step }) => step !== undefined)
  return rules.flatMap((rule) => [...rule({ root, pages, lessons })])
}

/** Code and output on a page come from files that are run or captured, so that
 * they are true: only commands and diagrams are typed. */
function* typedCode({ pages }: Site): Iterable<string> {
  const typed: unknown[] = [undefined, "sh", "mermaid"]
  for (const page of pages) {
    for (const [index, { fence, number }] of page.lines.entries()) {
      const isFirst = page.lines[index - 1]?.fence === undefined
      if (typed.includes(fence) || !isFirst) continue
      const kind = fence ? `code in ${fence}` : "a fence without a language"
      yield `${page.place(number)}: ${kind} is typed here: show it by "<<<" ` +
        "from a file, or write a command in a fence with sh"
    }
  }
}

/** Tasks, regions, breaks and message paths fit the code that they are about.
 * Each of them refuses what does not, with the first thing it finds. */
function course({ root, lessons }: Site): string[] {
  const readers = [
    () => readCourse(root),
    () => readMessagePaths(root),
    () => readSecurity(root),
    () => readDifferences(root),
    ...lessons.map((page) => () => readBreak(root, page)),
  ]
  return readers.flatMap((read) => complaintOf(read) ?? [])
}

/** The Python that the pages show can be read by Python. Nothing is run, and
 * nothing is left behind. */
function* python({ root }: Site): Iterable<string> {
  const folder = join(root, "docs/python")
  if (!existsSync(folder)) return
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
  const paths = files
    .filter((name) => name.endsWith(".py"))
    .map((name) => join(folder, name))
  const cache = mkdtempSync(join(tmpdir(), "workbook-python-"))
  const { error, status, stderr } = spawnSync(
    "python3",
    ["-m", "py_compile", ...paths],
    { encoding: "utf8", env: { ...process.env, PYTHONPYCACHEPREFIX: cache } },
  )
  rmSync(cache, { recursive: true })
  if (error) {
    yield "docs/python: python3 is needed to check these files. Debian, " +
      "Ubuntu: sudo apt-get install python3; macOS: brew install python"
  } else if (status !== 0) yield `docs/python: ${stderr.trim()}`
}
