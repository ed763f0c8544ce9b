import { existsSync } from "node:fs"
import { resolve } from "node:path"
import { CommandError } from "../command-error.ts"
import { readCourse, type Task, tasksIn } from "../course/course.ts"
import { root } from "../folders.ts"
import { findStep, type Step } from "../steps.ts"
import { nextTask } from "./progress.ts"
import { WorkFolder } from "./work-folder.ts"

export interface Opened {
  readonly work: WorkFolder
  readonly tasks: readonly Task[]
  readonly step: Step
}

/** The learner's folder, and the step that a command is about.
 * @param command for the message
 * @throws CommandError without a step, or for one that there is not */
export function openWork(command: string, word: string | undefined): Opened {
  if (word === undefined) {
    throw new CommandError(`Which step? For example: npm run ${command} 1`)
  }
  const step = findStep(word)
  const tasks = readCourse(root)
  const folder = resolve(root, process.env.WORK || "work")
  return { step, tasks, work: new WorkFolder(folder, tasks) }
}

/** The same for a step that has been laid out.
 * @throws CommandError if it has not */
export async function openLaidOut(
  command: string,
  word: string | undefined,
): Promise<Opened> {
  const opened = openWork(command, word)
  if (await opened.work.has(opened.step)) return opened
  throw notLaidOut(opened)
}

/** Opens such a step, and changes it while no other command does.
 * @throws CommandError if it has not been laid out, or if another command goes
 * on changing it */
export async function changeLaidOut<Result>(
  command: string,
  word: string | undefined,
  change: (opened: Opened) => Promise<Result>,
): Promise<Result> {
  const opened = openWork(command, word)
  const { work, step } = opened
  if (!existsSync(work.path)) throw notLaidOut(opened)
  return work.alone(async () => {
    // Not earlier: while another command resets the step, it is briefly gone.
    if (await work.has(step)) return change(opened)
    throw notLaidOut(opened)
  })
}

function notLaidOut({ step: { number } }: Opened): CommandError {
  return new CommandError(
    `You have no step ${number} yet. Begin it with: npm run learn ${number}`,
  )
}

/** @throws CommandError for a task that the step does not have */
export function findTask(
  { tasks, step }: Pick<Opened, "tasks" | "step">,
  name: string,
): Task {
  const own = tasksIn(step, tasks)
  const found = own.find((task) => task.name === name)
  if (found) return found
  const names = own.map((task) => task.name).join(", ")
  throw new CommandError(`Step ${step.number} has the tasks ${names}.`)
}

/** The task that a command is about: the named one, or the first that
 * does not pass.
 * @throws CommandError for a task that the step does not have */
export function chosenTask(
  opened: Opened,
  name: string | undefined,
): Promise<Task | undefined> {
  if (name !== undefined) return Promise.resolve(findTask(opened, name))
  return nextTask(opened.work, opened.step, opened.tasks)
}

/** For a step whose tasks all pass. */
export function sayNoneLeft({ number }: Step): void {
  console.log(
    `All tasks of step ${number} passed when they were last checked: ` +
      `npm run check ${number}. The finished lines beside yours: ` +
      `npm run diff ${number}`,
  )
}
