import type { Arguments } from "../arguments.ts"
import { tasksIn } from "../course/course.ts"
import { changeLaidOut, findTask, type Opened } from "../learner/open.ts"
import { readProgress, writeProgress } from "../learner/progress.ts"
import { styled } from "../style.ts"

export const help = `npm run hint 3               the next hint for your first open task
npm run hint 3 json-script   … for this one`

export const takes = ["step", "task"]

/** `npm run hint 3`: three a task, from a nudge to nearly the code. */
export async function run({ words }: Arguments): Promise<number> {
  return changeLaidOut("hint", words[0], (opened) => hint(opened, words[1]))
}

async function hint(opened: Opened, name: string | undefined): Promise<number> {
  const { work, step, tasks } = opened
  const holes = await work.holes(step)
  const { hints, failing } = await readProgress(work)
  const own = tasksIn(step, tasks)
  const first = own.find(({ id }) => id === failing) ?? holes[0]
  const task = name ? findTask(opened, name) : first
  if (!task) {
    const names = own.map(({ name }) => name).join(", ")
    console.log(`No task of step ${step.number} is open. If a check fails:`)
    console.log(`  npm run hint ${step.number} and one of ${names}`)
    console.log(`  npm run diff ${step.number}`)
    return 0
  }
  const index = Math.min(hints[task.id] ?? 0, task.hints.length - 1)
  await writeProgress(work, { hints: { ...hints, [task.id]: index + 1 } })
  console.log(styled("bold", `${task.title} (work/${task.region.file})`))
  console.log(`Hint ${index + 1} of ${task.hints.length}: ${task.hints[index]}`)
  if (index === task.hints.length - 1) {
    console.log(`The finished lines: npm run solve ${step.number} ${task.name}`)
  }
  return 0
}
