import { CourseError } from "../../course/course-error.ts"
import type { Page } from "../page.ts"

/** What the rules look at. */
export interface Site {
  /** Of the workbook, or of a fixture with the same layout. */
  readonly root: string
  readonly pages: readonly Page[]
  /** The pages of the steps. */
  readonly lessons: readonly Page[]
}

/** Finds what is wrong with a site.
 * @returns sentences: where, what, and how to fix it */
export type Rule = (site: Site) => Iterable<string>

/** The first rule of the course that is broken, if any. */
export function complaintOf(read: () => unknown): string | undefined {
  try {
    read()
    return undefined
  } catch (error) {
    if (error instanceof CourseError) return error.message
    throw error
  }
}
