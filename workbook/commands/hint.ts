import type { Arguments } from "../arguments.ts"
import { showHint } from "../learner/hint.ts"
import { changeLaidOut, chosenTask, sayNoneLeft } from "../learner/open.ts"

export const help = `npm run hint 3               the next hint for the first task that does not pass
npm run hint 3 json-script   … for this one
There are three for each task.`

export const takes = ["step", "task"]

/** `npm run hint 3`. */
export async function run({ words }: Arguments): Promise<number> {
  return changeLaidOut("hint", words[0], async (opened) => {
    const task = await chosenTask(opened, words[1])
    if (task) await showHint(opened.work, task)
    else sayNoneLeft(opened.step)
    return 0
  })
}
