import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { listSteps } from "../steps.ts"
import { filesOf, type Task } from "./course.ts"
import { blank } from "./starter.ts"

const todo = fileURLToPath(new URL("todo.ts", import.meta.url))

/**
 * Lays out a workbook's steps in an empty folder, with holes for some tasks.
 * @param root of the workbook
 * @param folder absolute, and within a folder that has the packages
 * @param tasks those to be blanked
 */
export async function layOut(
  root: string,
  folder: string,
  tasks: readonly Task[],
): Promise<void> {
  const steps = join(root, "steps")
  for (const { name } of listSteps(root)) {
    for (const file of filesOf(steps, name)) {
      const target = join(folder, file)
      await mkdir(dirname(target), { recursive: true })
      const holes = tasks.filter(({ region }) => region.file === file)
      if (holes.length === 0) {
        await copyFile(join(steps, file), target)
      } else {
        const text = await readFile(join(steps, file), "utf8")
        await writeFile(target, blank(file, text, holes))
      }
    }
  }
  await copyFile(todo, join(folder, "todo.ts"))
}
