import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { parse } from "yaml"
import { CourseError } from "../course/course-error.ts"
import { listSteps } from "../steps.ts"
import { filesRunBy } from "./imports.ts"
import { type Page, readPages } from "./page.ts"

/** A stage on the path of a message. */
interface Hop {
  readonly stage: string
  /** Relative to the steps' folder; absent outside the server. */
  readonly file?: string
  /** What happens there, in a sentence. */
  readonly text: string
}

interface Phase {
  readonly when: string
  readonly hops: readonly Hop[]
}

export interface Stage extends Hop {
  /** What happens during these stages: "A page opens a socket". */
  readonly when: string
  /** Whether no earlier step has this stage. */
  readonly isNew: boolean
  /** The section that shows the file, as a link from the site's root. */
  readonly link?: string
}

/**
 * The path of a message through each step, as written in
 * `docs/.vitepress/paths` and checked against the code.
 * @param root of the workbook
 * @throws CourseError for a stage whose file does not run in that step
 */
export function readMessagePaths(root: string): Record<string, Stage[]> {
  const pages = readPages(root)
  const known = new Set<string>()
  const paths: Record<string, Stage[]> = {}
  for (const { name } of listSteps(root)) {
    const phases = readPhases(root, name)
    const stages = phases.flatMap(({ when, hops }) => {
      return hops.map((hop): Stage => {
        const isNew = hop.file?.startsWith(`${name}/`) || !known.has(hop.stage)
        const link = hop.file && linkTo(pages, name, hop.file)
        return { ...hop, when, isNew, ...(link ? { link } : {}) }
      })
    })
    assertRunning(root, name, stages)
    for (const { stage } of stages) known.add(stage)
    paths[name] = stages
  }
  return paths
}

function readPhases(root: string, step: string): Phase[] {
  const file = `docs/.vitepress/paths/${step}.yaml`
  const path = join(root, file)
  if (!existsSync(path)) {
    throw new CourseError(
      `${file} is missing: it lists what a message passes in this step, as ` +
        "those beside it do",
    )
  }
  return parse(readFileSync(path, "utf8")) as Phase[]
}

function assertRunning(root: string, step: string, hops: readonly Hop[]): void {
  const running = filesRunBy(join(root, "steps"), `${step}/main.ts`)
  for (const { stage, file } of hops) {
    if (file === undefined || running.has(file)) continue
    throw new CourseError(
      `docs/.vitepress/paths/${step}.yaml: steps/${file} (${stage}) is not ` +
        `imported, not even indirectly, from steps/${step}/main.ts`,
    )
  }
}

/** Leads to where the step's own page shows the file, or else to the page of
 * the file's step. */
function linkTo(pages: readonly Page[], step: string, file: string): string {
  const [other = step] = file.split("/")
  for (const name of [step, other]) {
    const page = pages.find((page) => page.step === name)
    const anchor = page && anchorOf(page, file)
    if (anchor) return `/steps/${name}#${anchor}`
  }
  return `/steps/${other}`
}

/** The last heading before the file is shown, outside the tasks. */
function anchorOf(page: Page, file: string): string | undefined {
  const shown = page.snippets.find(({ target, line }) => {
    return target.endsWith(`/steps/${file}`) && line.section !== "Your turn"
  })
  if (!shown) return undefined
  const { number } = shown.line
  const headings = page.headings.filter(({ level }) => level > 1)
  return headings.findLast(({ line }) => line < number)?.anchor
}
