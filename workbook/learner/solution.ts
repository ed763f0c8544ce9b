import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { CommandError } from "../command-error.ts"
import type { Task } from "../course/course.ts"
import { CourseError } from "../course/course-error.ts"
import { dedent, linesOf } from "../course/regions.ts"
import { answer } from "../course/starter.ts"
import { root } from "../folders.ts"

/** A file with the finished lines of a task.
 * @param text undefined if there is no such file
 * @throws CommandError if there is no place for them */
export async function solvedText(task: Task, text = ""): Promise<string> {
  const { file } = task.region
  const finished = await readFile(join(root, "steps", file), "utf8")
  const lines = dedent(linesOf(finished, task.region))
  try {
    return answer(file, text, task, lines)
  } catch (error) {
    if (!(error instanceof CourseError)) throw error
    throw new CommandError(
      `work/${file} no longer has the lines "// #region ${task.name}" and ` +
        `"// #endregion ${task.name}": compare it with steps/${file}`,
    )
  }
}
