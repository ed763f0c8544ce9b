import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { closest } from "fastest-levenshtein"
import { CommandError } from "./command-error.ts"
import { root } from "./folders.ts"
import { readFrontMatter } from "./front-matter.ts"

export interface Step {
  /** Its folder, page and check: "03-pages". */
  readonly name: string
  readonly number: number
  /** "pages" */
  readonly topic: string
  readonly title: string
  /** What the learner can do afterwards, in a sentence. */
  readonly goal: string
  readonly minutes: number
  /** What it uses beyond the packages: "redis", "sqlite". */
  readonly needs: readonly string[]
  /** What to try when it runs. */
  readonly try: string
}

/** All steps: one for every folder in `steps/`, with the values of its page's
 * front matter.
 * @throws CommandError for a folder without a page */
export function listSteps(workbook = root): Step[] {
  return readdirSync(join(workbook, "steps"))
    .filter((name) => /^\d\d-/.test(name))
    .sort()
    .map((name) => readStep(workbook, name))
}

/**
 * @param word "3", "03", "pages" or "03-pages"
 * @throws CommandError that suggests the nearest
 */
export function findStep(word: string): Step {
  const steps = listSteps()
  const found = steps.find((step) => spellings(step).includes(word))
  if (found) return found
  const near = closest(word, steps.flatMap(spellings))
  const isNumber = /^\d+$/.test(word)
  throw new CommandError(
    isNumber
      ? `There is no step ${word}: they go from 1 to ${steps.length}.`
      : `There is no step "${word}". Did you mean ${near}?`,
  )
}

function spellings({ name, number, topic }: Step): string[] {
  return [String(number), name.slice(0, 2), topic, name]
}

function readStep(workbook: string, name: string): Step {
  const page = join(workbook, "docs", "steps", `${name}.md`)
  if (!existsSync(page)) {
    throw new CommandError(
      `steps/${name} needs its page, docs/steps/${name}.md: begin with the ` +
        "front matter, as in the other pages",
    )
  }
  const { values } = readFrontMatter(readFileSync(page, "utf8"))
  const own = { name, topic: name.slice(3), number: Number(name.slice(0, 2)) }
  return { ...own, ...(values as Omit<Step, keyof typeof own>) }
}
