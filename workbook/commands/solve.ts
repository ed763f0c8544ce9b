import type { Arguments } from "../arguments.ts"
import { findTask, openLaidOut } from "../learner/open.ts"

export const help = `npm run solve 3               fills in the finished lines of all open tasks
npm run solve 3 json-script   … of this one
What you had is kept: npm run restore 3`

export const takes = ["step", "task"]

/** `npm run solve 3 [task]`. */
export async function run({ words }: Arguments): Promise<number> {
  const opened = await openLaidOut("solve", words[0])
  const { work, step } = opened
  const tasks = words[1] ? [findTask(opened, words[1])] : await work.holes(step)
  const changed = await work.solve(tasks)
  for (const { id, region } of changed) {
    console.log(`Filled in ${id}, in work/${region.file}`)
  }
  const what = changed.length > 0 ? "What you had is kept." : "Nothing to fill."
  console.log(`${what} Next: npm run check ${step.number}`)
  return 0
}
