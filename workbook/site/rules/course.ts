import { readCourse } from "../../course/course.ts"
import { CourseError } from "../../course/course-error.ts"
import { readBreak } from "../breaks.ts"
import { readMessagePaths } from "../message-paths.ts"
import type { Site } from "../site.ts"

/** Tasks, regions, breaks and message paths fit the code that they are about.
 * Each of them refuses what does not, with the first thing it finds. */
export function course({ root, lessons }: Site): string[] {
  return [
    ...complaintOf(() => readCourse(root)),
    ...complaintOf(() => readMessagePaths(root)),
    ...lessons.flatMap((page) => {
      return complaintOf(() => readBreak(root, page))
    }),
  ]
}

function complaintOf(read: () => unknown): string[] {
  try {
    read()
    return []
  } catch (error) {
    if (error instanceof CourseError) return [error.message]
    throw error
  }
}
