import { cp, rm } from "node:fs/promises"
import { join } from "node:path"
import { scratchFolder } from "../scratch-folder.ts"
import { listSteps, type Step } from "../steps.ts"
import { typeProblems } from "./types.ts"

/**
 * Whether the finished later steps work with a learner's own steps, which may
 * have any design that keeps what later steps import.
 * @param root of the workbook
 * @param stepsFolder with that step and those before it
 * @returns a sentence with what is missing; undefined if nothing is
 */
export async function missedByLater(
  root: string,
  stepsFolder: string,
  step: Step,
): Promise<string | undefined> {
  const folder = scratchFolder(root, "later")
  try {
    await cp(join(stepsFolder, "todo.ts"), join(folder, "todo.ts"))
    for (const { name, number } of listSteps(root)) {
      const isLater = number > step.number
      const from = isLater ? join(root, "steps") : stepsFolder
      await cp(join(from, name), join(folder, name), { recursive: true })
    }
    return firstMissing(await typeProblems(folder), step)
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** An error of the compiler in a file of a later step. */
function firstMissing(problems: string, step: Step): string | undefined {
  const pattern = /\/((\d\d)-[^/]+\/[^(]+)\((\d+),\d+\): error TS\d+: (.+)/g
  for (const [, file, number, line, what] of problems.matchAll(pattern)) {
    if (Number(number) <= step.number) continue
    return (
      `Step ${Number(number)} needs more of your step ${step.number}: ${what}\n` +
      `  where it is used: steps/${file}:${line}`
    )
  }
  return undefined
}
