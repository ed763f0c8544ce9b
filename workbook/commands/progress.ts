import type { Arguments } from "../arguments.ts"
import { tasksIn } from "../course/course.ts"
import { openWork } from "../learner/open.ts"
import { readProgress } from "../learner/progress.ts"
import type { WorkFolder } from "../learner/work-folder.ts"
import { listSteps, type Step } from "../steps.ts"
import { styled } from "../style.ts"

export const help = `npm run progress             what your checks have seen work
npm run progress -- --json   … for a program to read`

export const takes: string[] = []

export const options = {
  json: { type: "boolean" },
} as const

/** `npm run progress`. */
export async function run({ options }: Arguments): Promise<number> {
  const { work, tasks } = openWork("progress", "1")
  const progress = await readProgress(work)
  if (options.json) {
    console.log(JSON.stringify(progress))
    return 0
  }
  for (const step of listSteps()) {
    const { name, number, title } = step
    const own = tasksIn(step, tasks)
    const done = own.filter(({ id }) => progress.done.includes(id))
    const isGiven = done.length === 0 && (await isFinished(work, step))
    const count = `${done.length} of ${own.length} tasks`
    const mark = progress.passed.includes(name) ? styled("green", "✓") : " "
    console.log(
      `${mark} ${number}  ${title.padEnd(9)} ${isGiven ? "laid out, finished" : count}`,
    )
  }
  return 0
}

/** As a step is that a later one stands on. */
async function isFinished(work: WorkFolder, step: Step): Promise<boolean> {
  return (await work.has(step)) && (await work.holes(step)).length === 0
}
