import { failureText, hintLines } from "../checks/failure-text.ts"
import { missedByLater } from "../checks/later-steps.ts"
import {
  type ChecksRun,
  type Failure,
  runChecks,
} from "../checks/run-checks.ts"
import { typeProblems } from "../checks/types.ts"
import { type Task, tasksIn } from "../course/course.ts"
import { readBook, suspects } from "../course/failure-book.ts"
import { root } from "../folders.ts"
import { listSteps, type Step } from "../steps.ts"
import { styled } from "../style.ts"
import { readProgress, recordChecks } from "./progress.ts"
import type { WorkFolder } from "./work-folder.ts"

/**
 * Checks the learner's step in three stages, types, its checks, those of the
 * steps before, and shows the first failure of the first stage that fails.
 * @returns whether all passed
 */
export async function checkStep(
  work: WorkFolder,
  step: Step,
  tasks: readonly Task[],
): Promise<boolean> {
  await work.ensureTodo()
  const problem = firstOf(await typeProblems(work.path))
  const missing = problem || (await missedByLater(root, work.path, step))
  if (missing) {
    console.log(`${styled("red", "✗")} Types\n${missing}`)
    return false
  }
  const own = tasksIn(step, tasks)
  if (!(await ownChecks(work, step, own))) return false
  for (const earlier of await stepsBefore(work, step)) {
    if (!(await earlierChecks(work, earlier, tasks))) return false
  }
  return true
}

/** The first problem that the compiler tells, with the lines that say why. */
function firstOf(problems: string): string {
  return /^.*(\n +.*)*/.exec(problems)?.[0] ?? ""
}

async function ownChecks(
  work: WorkFolder,
  step: Step,
  own: readonly Task[],
): Promise<boolean> {
  const { count, failures } = await checksOf(work, step)
  const [failure] = failures
  const holes = await work.holes(step)
  const suspected = failure ? suspectsOf(work, step, failure, holes) : []
  const known = await readProgress(work)
  const done = own.filter(({ id, name }) => {
    if (holes.some((hole) => hole.id === id)) return false
    // A failure that nothing explains says nothing of any task.
    if (failure && suspected.length === 0) return known.done.includes(id)
    return !suspected.includes(name)
  })
  const failing = own.find(({ name }) => name === suspected[0])
  await recordChecks(work, step, { done, failing, isPassed: !failure })
  const open = holes.map(({ name }) => name).join(", ")
  console.log(
    styled("bold", `${done.length} of ${own.length} tasks`) +
      styled("dim", open && `, to do: ${open}`),
  )
  if (!failure) {
    const passed = `${count} checks of step ${step.number}`
    console.log(`${styled("green", "✓")} ${passed}`)
    return true
  }
  show(failureText(failure, work.path, hintLines(step, suspected)))
  if (suspected.length === 0) console.log(waysOut(step, own))
  return false
}

/** For a failure that nothing explains. */
function waysOut({ number }: Step, own: readonly Task[]): string {
  const names = own.map(({ name }) => name).join(", ")
  return (
    `  A hint: npm run hint ${number} and one of ${names}\n` +
    `  Compare: npm run diff ${number}`
  )
}

/** The names of the tasks that a failure is about: that of the hole it fell
 * into, else those whose wrong answers fail like this. */
function suspectsOf(
  work: WorkFolder,
  step: Step,
  failure: Failure,
  holes: readonly Task[],
): string[] {
  const hole = holes.find(({ id }) => failure.message.includes(id))
  if (hole) return [hole.name]
  const book = readBook(root, step)
  const filled = book.filter(
    ({ name }) => !holes.some((it) => it.name === name),
  )
  return suspects(filled, failureText(failure, work.path))
}

/** One that passes is remembered: its mark may have gone when it did not. */
async function earlierChecks(
  work: WorkFolder,
  step: Step,
  tasks: readonly Task[],
): Promise<boolean> {
  const { failures } = await checksOf(work, step)
  const [failure] = failures
  if (!failure) {
    if (await work.isFilledIn(step)) {
      const done = tasksIn(step, tasks)
      const outcome = { done, failing: undefined, isPassed: true }
      await recordChecks(work, step, outcome)
    }
    console.log(`${styled("green", "✓")} step ${step.number} goes on working`)
    return true
  }
  console.log(`Step ${step.number} worked before:`)
  show(failureText(failure, work.path))
  return false
}

function checksOf(work: WorkFolder, { name }: Step): Promise<ChecksRun> {
  return runChecks({ root, step: name, stepsFolder: work.path, bail: true })
}

function show(text: string): void {
  console.log(text.replace("✗", styled("red", "✗")))
}

async function stepsBefore(work: WorkFolder, step: Step): Promise<Step[]> {
  const before = listSteps().filter(({ number }) => number < step.number)
  const here = await Promise.all(before.map((it) => work.has(it)))
  return before.filter((_, index) => here[index])
}
