import { createHash } from "node:crypto"
import type { Task } from "../course/course.ts"
import { CourseError } from "../course/course-error.ts"
import { regionsOf, withLines } from "../course/regions.ts"

/** A file, relative to the learner's folder, and its text. */
export type CodeFile = readonly [file: string, text: string]

/** Stands for code: two that are the same have the same one. */
export function codeOf(files: readonly CodeFile[]): string {
  return createHash("sha256").update(JSON.stringify(files)).digest("base64")
}

/**
 * Stands for the code that the checks of a task run: its step without the lines
 * of later tasks. Those checks pass while the later ones are still to be done,
 * as `npm run prove` shows, so that work on a later task takes no credit back.
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
    // The learner has removed a marker: all of the file counts.
    if (error instanceof CourseError) return text
    throw error
  }
}
