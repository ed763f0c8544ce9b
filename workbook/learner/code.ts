import { createHash } from "node:crypto"
import type { Task } from "../course/course.ts"
import { CourseError } from "../course/course-error.ts"
import { regionsOf, withLines } from "../course/regions.ts"

/** A file, relative to the learner's folder, and its text. */
export type CodeFile = readonly [file: string, text: string]

/** A key for code: the same code always has the same key. */
export function codeOf(files: readonly CodeFile[]): string {
  return createHash("sha256").update(JSON.stringify(files)).digest("base64")
}

/**
 * A key for the code that the checks of a task run: its step without the lines
 * of later tasks. Those checks pass while the later ones are still to be done,
 * as `npm run prove` shows, so work on a later task keeps earlier credit.
 * @param files of the step
 * @param later the tasks that come after it in the page
 */
export function codeUpTo(
  files: readonly CodeFile[],
  later: readonly Task[],
): string {
  return codeOf(files.map(([file, text]) => [file, without(file, text, later)]))
}

function without(file: string, text: string, tasks: readonly Task[]): string {
  try {
    return regionsOf(file, text)
      .filter(({ name }) => tasks.some((task) => task.name === name))
      .toSorted((one, other) => other.begin - one.begin)
      .reduce((all, region) => withLines(all, region, []), text)
  } catch (error) {
    // The learner has removed a marker, so the whole file counts.
    if (error instanceof CourseError) return text
    throw error
  }
}
