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
    bail: true,
  })
  const [failure] = failures
  const own = tasks.filter((task) => task.step.name === step.name)
  const holes = await work.holes(step)
  const failing = holes.find(({ id }) => failure?.message.includes(id))
  // A failure that no hole explains is one of what has been filled in.
  const isExplained = failing !== undefined || failure === undefined
  const known = await readProgress(work)
  const filled = own.filter((task) => !holes.includes(task))
  const done = filled.filter(({ id }) => isExplained || known.done.includes(id))
  await recordChecks(work, step, { done, failing, isPassed: !failure })
  console.log(
    styled("bold", `${filled.length} of ${own.length} tasks filled in`),
  )
  if (!failure) {
    console.log(
      `${styled("green", "✓")} ${count} checks of step ${step.number}`,
    )
    return true
  }
  console.log(
    `${styled("red", "✗")} ${failure.check}\n${calm(failure.message)}`,
  )
  // What is still to be done says itself where to find a hint.
  if (!failing) console.log(`Compare: npm run diff ${step.number}`)
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

const noise =
  /^ +at .*(node_modules|node:|\/(tests|workbook)\/|todo\.ts|<anonymous>)/

/** What the check says, without the stack of the checks themselves. */
function calm(message: string): string {
  const lines = message.split("\n")
  return lines
    .filter((line) => !noise.test(line))
    .map((line) => `  ${line}`)
    .slice(0, 24)
    .join("\n")
}
