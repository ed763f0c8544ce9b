import { existsSync } from "node:fs"
import { dirname, join } from "node:path"
import type { Page, Snippet } from "../page.ts"
import { shownChanges, stepOf } from "../shown-changes.ts"
import { nameInSteps, shownCode } from "../shown-code.ts"
import { complaintOf, type Site } from "./site.ts"

/** What fits on a screen, with the sentences about it. */
const mostLines = 25
/** In a fold, whose title says what is inside. */
const mostFoldedLines = 60

/** A code tour has short excerpts, and only what is new: a file that an earlier
 * step has as well is compared with it. */
export function* codeTour({ root, lessons }: Site): Iterable<string> {
  const steps = lessons.flatMap(({ step }) => step ?? []).sort()
  for (const page of lessons) {
    const tour = page.snippets.filter(({ line }) => {
      return line.section === "Code tour"
    })
    for (const snippet of tour) {
      const problem =
        lengthProblem(root, page, snippet) ??
        counterpartProblem(root, page, snippet, steps)
      if (problem) yield `${page.place(snippet.line.number)}: ${problem}`
    }
  }
}

function lengthProblem(
  root: string,
  page: Page,
  snippet: Snippet,
): string | undefined {
  const { isFolded } = snippet.line
  const most = isFolded ? mostFoldedLines : mostLines
  let count = 0
  // Another rule covers files that cannot be shown.
  complaintOf(() => {
    count = linesShown(root, page, snippet)
  })
  if (count <= most) return undefined
  const place = isFolded ? "a fold of a code tour" : "a code tour"
  return (
    `these are ${count} lines, and an excerpt in ${place} has at most ` +
    `${most}: show a region${isFolded ? "" : ", or fold it"}`
  )
}

/** Gaps between changes count as lines. */
function linesShown(
  root: string,
  page: Page,
  { before, target, region }: Snippet,
): number {
  const folder = folderOf(root, page)
  const path = join(folder, target)
  if (before === undefined) {
    return shownCode(root, path, region).split("\n").length
  }
  return shownChanges(root, join(folder, before), path, region).lines.length
}

function counterpartProblem(
  root: string,
  page: Page,
  { before, target, region, line }: Snippet,
  steps: readonly string[],
): string | undefined {
  if (before !== undefined || line.isFolded) return undefined
  const name = nameInSteps(root, join(folderOf(root, page), target))
  const own = stepOf(name)
  const earlier = steps.findLast((step) => {
    return step < own && existsSync(counterpart(root, name, step))
  })
  if (earlier === undefined) return undefined
  const shown = region ? `${target}#${region}` : target
  return (
    `steps/${earlier} has this file as well: show what has changed, by ` +
    `"<<< ${target.replace(own, earlier)} -> ${shown}", or fold it`
  )
}

function counterpart(root: string, name: string, step: string): string {
  return join(root, "steps", step, name.slice(stepOf(name).length))
}

function folderOf(root: string, page: Page): string {
  return join(root, "docs", dirname(page.path))
}
