import { runChecks } from "../course/checks.ts"
import type { Task } from "../course/course.ts"
import { typeProblems } from "../course/types.ts"
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
  const problems = await typeProblems(work.path)
  if (problems) {
    console.log(`${styled("red", "✗")} Types\n${problems.split("\n")[0]}`)
    return false
  }
  if (!(await ownChecks(work, step, tasks))) return false
  for (const earlier of await stepsBefore(work, step)) {
    if (!(await earlierChecks(work, earlier))) return false
  }
  return true
}

async function ownChecks(
  work: WorkFolder,
  step: Step,
  tasks: readonly Task[],
): Promise<boolean> {
  const { count, failures } = await runChecks({
    root,
    step: step.name,
    stepsFolder: work.path,
  })
  const holes = await work.holes(step)
  const own = tasks.filter((task) => task.step.name === step.name)
  const filled = own.filter((task) => !holes.includes(task))
  // A failure that no hole explains is one of what has been filled in.
  const unexplained = failures.find(
    ({ message }) => !holes.some(({ id }) => message.includes(id)),
  )
  const known = await readProgress(work)
  const done = unexplained
    ? filled.filter(({ id }) => known.done.includes(id))
    : filled
  await recordChecks(work, step, done, failures.length === 0)
  console.log(styled("bold", `${done.length} of ${own.length} tasks`))
  const [next] = holes
  const shown =
    failures.find(({ message }) => next && message.includes(next.id)) ??
    failures.find((failure) => failure !== unexplained) ??
    unexplained
  if (!shown) {
    console.log(
      `${styled("green", "✓")} ${count} checks of step ${step.number}`,
    )
    return true
  }
  console.log(`${styled("red", "✗")} ${shown.check}\n${calm(shown.message)}`)
  // What is still to be done says so itself.
  const isHole = holes.some(({ id }) => shown.message.includes(id))
  if (!isHole) console.log(`Compare: npm run diff ${step.number}`)
  return false
}

async function earlierChecks(work: WorkFolder, step: Step): Promise<boolean> {
  const { failures } = await runChecks({
    root,
    step: step.name,
    stepsFolder: work.path,
    bail: true,
  })
  const [failure] = failures
  if (!failure) {
    console.log(`${styled("green", "✓")} step ${step.number} goes on working`)
    return true
  }
  console.log(
    `${styled("red", "✗")} step ${step.number} worked before: ` +
      `${failure.check}\n${calm(failure.message)}`,
  )
  return false
}

async function stepsBefore(work: WorkFolder, step: Step): Promise<Step[]> {
  const before = listSteps().filter(({ number }) => number < step.number)
  const here = await Promise.all(before.map((it) => work.has(it)))
  return before.filter((_, index) => here[index])
}

const noise = /^ +at .*(node_modules|node:|\/tests\/|todo\.ts|<anonymous>)/

/** What the check says, without the stack of the checks themselves. */
function calm(message: string): string {
  const lines = message.split("\n")
  return lines
    .filter((line) => !noise.test(line))
    .map((line) => `  ${line}`)
    .slice(0, 24)
    .join("\n")
}
