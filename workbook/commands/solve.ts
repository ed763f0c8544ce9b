import type { Arguments } from "../arguments.ts"
import { changeLaidOut, findTask, type Opened } from "../learner/open.ts"
import { nameOf } from "../learner/say.ts"

export const help = `npm run solve 3               fills in the finished lines of all open tasks
npm run solve 3 json-script   … of this one
Your version is kept: npm run restore 3`

export const takes = ["step", "task"]

/** `npm run solve 3 [task]`. */
export async function run({ words }: Arguments): Promise<number> {
  return changeLaidOut("solve", words[0], (opened) => solve(opened, words[1]))
}

async function solve(
  opened: Opened,
  name: string | undefined,
): Promise<number> {
  const { work, step } = opened
  const tasks = name ? [findTask(opened, name)] : await work.holes(step)
  const changed = await work.solve(tasks)
  for (const task of changed) {
    console.log(`Filled in ${nameOf(task)}: ${await work.placeOf(task)}`)
  }
  const what =
    changed.length > 0 ? "Your version is kept." : "Nothing to fill in."
  console.log(`${what} Next: npm run check ${step.number}`)
  return 0
}
