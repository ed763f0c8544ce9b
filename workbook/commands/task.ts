import type { Arguments } from "../arguments.ts"
import { showTask } from "../learner/hint.ts"
import { chosenTask, openLaidOut, sayNoneLeft } from "../learner/open.ts"

export const help = `npm run task 3               the text of the first task that does not pass
npm run task 3 json-script   … of this one`

export const takes = ["step", "task"]

/** `npm run task 3`. */
export async function run({ words }: Arguments): Promise<number> {
  const opened = await openLaidOut("task", words[0])
  const task = await chosenTask(opened, words[1])
  if (task) await showTask(opened.work, task)
  else sayNoneLeft(opened.step)
  return 0
}
