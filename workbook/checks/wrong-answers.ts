import { readFileSync } from "node:fs"
import { join } from "node:path"
import { CourseError } from "../course/course-error.ts"
import type { Step } from "../steps.ts"

/** A plausible mistake: lines that replace the finished lines of a task. */
export interface WrongAnswer {
  /** The task's name. */
  readonly task: string
  /** The mistake in words. */
  readonly what: string
  readonly lines: string
  /** Whether only a check of the time can find it. */
  readonly takesTime: boolean
}

/** The least number of known mistakes for each task. */
const fewest = 3

/** The known wrong answers to a step's tasks.
 * @param tasks their names, in the order of the page
 * @throws CourseError if the file does not have one section per task in that
 *   order, or if one has too few */
export function wrongAnswers(
  root: string,
  { name }: Step,
  tasks: readonly string[],
): WrongAnswer[] {
  const file = `tests/wrong-answers/${name}.md`
  const [, ...sections] = readFileSync(join(root, file), "utf8").split(/^## /m)
  const names = sections.map((section) => section.split("\n")[0] ?? "")
  if (names.join() !== tasks.join()) {
    throw new CourseError(
      `${file} has sections for ${names.join(", ")}; the step's page has the ` +
        `tasks ${tasks.join(", ")}: they must be the same, in the same order`,
    )
  }
  return sections.flatMap((section, index) => {
    const task = names[index] ?? ""
    const found = [...section.matchAll(answer)].map(
      ([, what = "", time, lines = ""]) => {
        return { task, what: what.trim(), lines, takesTime: time === " time" }
      },
    )
    if (found.length >= fewest) return found
    throw new CourseError(
      `${file}: ${task} has ${found.length} wrong answers, each a sentence that ` +
        `ends with ":" and a block of ts or js: at least ${fewest} are needed`,
    )
  })
}

const answer =
  /\n\n(\S(?:(?!\n\n)[\s\S])*?):\n\n```(?:ts|js)( time)?\n([\s\S]*?)\n```/g
