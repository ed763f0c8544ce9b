import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { listSteps } from "../steps.ts"
import { filesOf, readCourse, type Task } from "./course.ts"
import { starterOf } from "./starter.ts"

const todo = fileURLToPath(new URL("todo.ts", import.meta.url))

/**
 * Lays out a workbook's steps in an empty folder, as a learner gets them.
 * @param root of the workbook
 * @param folder absolute, and within a folder that has the packages
 * @param blanked the tasks that are still to be done
 */
export async function layOut(
  root: string,
  folder: string,
  blanked: readonly Task[],
): Promise<void> {
  const steps = join(root, "steps")
  const tasks = readCourse(root)
  for (const { name } of listSteps(root)) {
    for (const file of filesOf(steps, name)) {
      const text = await readFile(join(steps, file), "utf8")
      await mkdir(dirname(join(folder, file)), { recursive: true })
      const starter = starterOf(file, text, tasks, blanked)
      await writeFile(join(folder, file), starter)
    }
  }
  await copyFile(todo, join(folder, "todo.ts"))
}
