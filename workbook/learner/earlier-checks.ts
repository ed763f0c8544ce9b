import { runChecks } from "../checks/run-checks.ts"
import { type Task, tasksIn } from "../course/course.ts"
import { root } from "../folders.ts"
import type { Step } from "../steps.ts"
import { failureWriter } from "./own-checks.ts"
import { recordChecks, stepCode, stepProgress, taskCodes } from "./progress.ts"
import { sayGood } from "./say.ts"
import type { WorkFolder } from "./work-folder.ts"

/** As many as the machine has cores, on the smallest that we know. */
const atOnce = 2

/**
 * Runs the checks of the earlier steps in parallel, but only of those that have
 * changed since they passed, or that build on one that has.
 * @returns whether all of them pass
 */
export async function earlierChecks(
  work: WorkFolder,
  step: Step,
  tasks: readonly Task[],
  signal?: AbortSignal,
): Promise<boolean> {
  const left: Step[] = []
  for (const earlier of work.stepsUpTo(step).slice(0, -1)) {
    const { isPassed } = await stepProgress(work, earlier, tasks)
    if (!isPassed) left.push(earlier)
  }
  if (left.length === 0) return true
  console.log(`Checking earlier steps: ${left.map(numberOf).join(", ")} …`)
  const passed: boolean[] = []
  const next = async () => {
    for (let it = left.shift(); it && !signal?.aborted; it = left.shift()) {
      passed.push(await earlierCheck(work, it, tasks, signal))
    }
  }
  await Promise.all(Array.from({ length: atOnce }, next))
  return passed.every(Boolean) && !signal?.aborted
}

async function earlierCheck(
  work: WorkFolder,
  step: Step,
  tasks: readonly Task[],
  signal?: AbortSignal,
): Promise<boolean> {
  const own = tasksIn(step, tasks)
  const codes = await taskCodes(work, step, own)
  const code = await stepCode(work, step)
  const stepsFolder = work.path
  const run = await runChecks({ root, step: step.name, stepsFolder, signal })
  if (signal?.aborted) return false
  const [failed] = run.failed
  // A step that was laid out finished gives the learner no credit.
  const isTheirs = await work.isFilledIn(step)
  await recordChecks(work, step, {
    tasks: new Map(
      own.flatMap(({ id }) =>
        isTheirs
          ? [[id, run.passed.includes(id) ? codes.get(id) : undefined]]
          : [],
      ),
    ),
    step: failed ? undefined : code,
  })
  if (!failed) {
    sayGood(`Step ${step.number} still passes`)
    return true
  }
  const show = await failureWriter(work, step, own)
  console.log(`Step ${step.number} worked before:`)
  show(failed)
  return false
}

function numberOf({ number }: Step): number {
  return number
}
