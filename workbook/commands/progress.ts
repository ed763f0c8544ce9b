import type { Arguments } from "../arguments.ts"
import { openWork } from "../learner/open.ts"
import type { StepProgress, TaskState } from "../learner/progress.ts"
import { allProgress, progressReport } from "../learner/report.ts"
import { styled } from "../style.ts"

export const help = `npm run progress             which tasks pass, step by step
npm run progress -- --json   … for a program to read`

export const takes: string[] = []

export const options = {
  json: { type: "boolean" },
} as const

/** `npm run progress`. */
export async function run({ options }: Arguments): Promise<number> {
  const { work, tasks } = openWork("progress", "1")
  if (options.json) {
    console.log(JSON.stringify(await progressReport({ work, tasks })))
    return 0
  }
  for (const progress of await allProgress(work, tasks)) {
    const { number, title } = progress.step
    const mark = progress.isPassed ? styled("green", "✓") : " "
    console.log(
      `${mark} ${String(number).padStart(2)}  ${title.padEnd(9)} ${told(progress)}`,
    )
  }
  return 0
}

function told(progress: StepProgress): string {
  const { step, states, isLaidOut, passedBefore } = progress
  const count = (state: TaskState) =>
    [...states.values()].filter((it) => it === state).length
  const passed = count("passed")
  if (!isLaidOut) return `not begun: npm run learn ${step.number}`
  if (count("not begun") === states.size) return "laid out, finished"
  const before = passedBefore.length
  const parts = [
    `${passed} of ${states.size} tasks passed`,
    count("filled in") > 0 && `${count("filled in")} filled in`,
    count("open") > 0 && `${count("open")} open`,
    before > 0 &&
      `${before} passed before your last change: npm run check ${step.number}`,
  ]
  return parts.filter(Boolean).join(", ")
}
