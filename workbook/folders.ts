import { resolve } from "node:path"
import { fileURLToPath } from "node:url"

/** The workbook's own folder. */
export const root = fileURLToPath(new URL("..", import.meta.url))

/** The folder with the steps under test: the finished ones, unless `STEPS`
 * names another. */
export const stepsFolder = resolve(root, process.env.STEPS || "steps")

/** The page of a step.
 * @param step "04-groups" */
export function lessonOf(step: string): string {
  return `docs/steps/${step}.md`
}
