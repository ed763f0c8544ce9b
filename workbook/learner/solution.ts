import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { CommandError } from "../command-error.ts"
import type { Task } from "../course/course.ts"
import { root } from "../folders.ts"

/** What stands where a task is still to be done. */
export function holeOf(task: Task): string {
  return `todo("${task.id}")`
}

/** A file with the finished lines of a task.
 * @param text undefined if there is no such file
 * @throws CommandError if there is no place for them */
export async function solvedText(
  { name, region: { file } }: Task,
  text: string | undefined,
): Promise<string> {
  const pattern = regionPattern(name)
  const region = text && pattern.exec(text)
  if (!region) {
    throw new CommandError(
      `work/${file} no longer has the lines "// #region ${name}" and ` +
        `"// #endregion ${name}": compare it with steps/${file}`,
    )
  }
  const finished = await readFile(join(root, "steps", file), "utf8")
  const [lines = ""] = pattern.exec(finished) ?? []
  return text.replace(region[0], () => lines)
}

/** A file without holes needs no `todo`. */
export function withoutIdleImport(text: string): string {
  const calls = text.match(/\btodo\("/g) ?? []
  return calls.length > 0
    ? text
    : text.replace(/^import \{ todo \} from "[./]*todo\.ts"\n/m, "")
}

function regionPattern(name: string): RegExp {
  return new RegExp(
    `^[ \\t]*// #region ${name}$[\\s\\S]*?^[ \\t]*// #endregion ${name}$`,
    "m",
  )
}
