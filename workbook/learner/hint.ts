import type { Task } from "../course/course.ts"
import { styled } from "../style.ts"
import { countHint } from "./progress.ts"
import { nameOf } from "./say.ts"
import type { WorkFolder } from "./work-folder.ts"

/** Prints a task's next hint, from a nudge to nearly the code; the last one
 * again where there is no other. Within `work.alone`. */
export async function showHint(work: WorkFolder, task: Task): Promise<void> {
  const { hints, step, name } = task
  const shown = await countHint(work, task)
  const index = Math.min(shown, hints.length - 1)
  console.log(styled("bold", `${nameOf(task)}: ${await work.placeOf(task)}`))
  console.log(`Hint ${index + 1} of ${hints.length}: ${hints[index]}`)
  if (index < hints.length - 1) return
  console.log(`The finished lines: npm run solve ${step.number} ${name}`)
}

/** Prints what is to be done, in the words of the page. */
export async function showTask(work: WorkFolder, task: Task): Promise<void> {
  console.log(styled("bold", `${nameOf(task)}: ${await work.placeOf(task)}`))
  console.log(task.text)
  console.log(`A hint: npm run hint ${task.step.number} ${task.name}`)
}
