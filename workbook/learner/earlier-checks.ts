import { runChecks } from "../checks/run-checks.ts"
import { type Task, tasksIn } from "../course/course.ts"
import { root } from "../folders.ts"
import type { Step } from "../steps.ts"
import { failureWriter } from "./own-checks.ts"
import { recordChecks, stepCode, stepProgress, taskCodes } from "./progress.ts"
import { sayBad, sayGood } from "./say.ts"
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
  const failures: (() => void)[] = []
  const next = async () => {
    for (let it = left.shift(); it && !signal?.aborted; it = left.shift()) {
      const failure = await earlierCheck(work, it, tasks, signal)
      if (failure) failures.push(failure)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, next))
  if (signal?.aborted) return false
  if (failures.length === 0) return true
  // At the end, so that no step that passes hides them.
  for (const show of failures) show()
  sayBad(`Step ${step.number} is not done: an earlier step fails, see above`)
  return false
}

/** @returns what shows the failure, if there is one */

async function earlierCheck(
  work: WorkFolder,
  step: Step,
  tasks: readonly Task[],
  signal?: AbortSignal,
): Promise<(() => void) | undefined> {
  const own = tasksIn(step, tasks)
  const codes = await taskCodes(work, step, own)
  const code = await stepCode(work, step)
  const stepsFolder = work.path
  const run = await runChecks({ root, step: step.name, stepsFolder, signal })
  if (signal?.aborted) return undefined
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
    return undefined
  }
  const show = await failureWriter(work, step, own)
  const what = isTheirs
    ? `Step ${step.number} worked before:`
    : `Step ${step.number} is the finished one, so this machine may be too busy:`
  return () => {
    console.log(what)
    show(failed)
  }
}

function numberOf({ number }: Step): number {
  return number
}
