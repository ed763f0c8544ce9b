import { failureText } from "../checks/failure-text.ts"
import { type FailedCheck, runChecks } from "../checks/run-checks.ts"
import { type Task, tasksIn } from "../course/course.ts"
import { root } from "../folders.ts"
import type { Step } from "../steps.ts"
import { styled } from "../style.ts"
import {
  recordChecks,
  stepCode,
  stepProgress,
  type TaskState,
  taskCodes,
} from "./progress.ts"
import { counted, nameOf, sayBad, sayGood, seconds } from "./say.ts"
import type { WorkFolder } from "./work-folder.ts"

export interface OwnChecksOptions {
  /** Runs also what has passed on the code that is there now. */
  readonly all: boolean
  readonly signal?: AbortSignal | undefined
}

/**
 * Runs the checks of the learner's step. The first task that is not passed is
 * checked first, and told as soon as it passes or fails.
 * @returns whether all of them pass
 */
export async function ownChecks(
  work: WorkFolder,
  step: Step,
  tasks: readonly Task[],
  { all, signal }: OwnChecksOptions,
): Promise<boolean> {
  const own = tasksIn(step, tasks)
  const codes = await taskCodes(work, step, own)
  const code = await stepCode(work, step)
  const { states } = await stepProgress(work, step, tasks)
  const inState = (state: TaskState) =>
    own.filter(({ id }) => states.get(id) === state).map(({ id }) => id)
  const open = inState("open")
  const known = all ? [] : inState("passed")
  const first = own.find(({ id }) => states.get(id) !== "passed")
  const isAnyToRun = open.length + known.length < own.length
  const isGivenToRun = open.length === 0
  const begun = performance.now()
  const shown = new Set<string | undefined>()
  const show = (failed: FailedCheck) => {
    shown.add(failed.task)
    showFailed(work, step, own, failed)
  }
  const run =
    isAnyToRun || isGivenToRun
      ? await runChecks({
          root,
          step: step.name,
          stepsFolder: work.path,
          open,
          known,
          signal,
          ...(first && { first: first.id }),
          onPassed: (id) => sayPassed(own, id),
          // The others fail, too, once one is wrong: the first says most.
          onFailed: (failed) => shown.size === 0 && show(failed),
        })
      : { count: 0, passed: [], failed: [] }
  if (signal?.aborted) return false
  const seen = new Map(run.failed.map(({ task = "" }) => [task, undefined]))
  const passed = run.passed.map((id) => [id, codes.get(id)] as const)
  const isPassed = open.length === 0 && run.failed.length === 0
  await recordChecks(work, step, {
    tasks: new Map<string, string | undefined>([...seen, ...passed]),
    step: isPassed ? code : undefined,
  })
  const after = await stepProgress(work, step, tasks)
  const next = own.find(({ id }) => after.states.get(id) !== "passed")
  const missed = run.failed.find(({ task }) => task === next?.id)
  if (next && missed && !shown.has(next.id)) show(missed)
  sayCount(own, after.states)
  if (isPassed) {
    const took = seconds(performance.now() - begun)
    sayGood(`${counted(run.count, "check")} of step ${step.number} (${took})`)
  } else if (next) {
    await sayNext(work, step, next, after.states.get(next.id) === "open")
  }
  return isPassed
}

function sayPassed(own: readonly Task[], id: string): void {
  const task = own.find((it) => it.id === id)
  if (task) sayGood(nameOf(task))
}

/** Prints a failed check below the task that it names. */
export function showFailed(
  work: WorkFolder,
  step: Step,
  own: readonly Task[],
  failed: FailedCheck,
): void {
  const task = own.find(({ id }) => id === failed.task)
  const needed = own.find(({ id }) => id !== task?.id && needs(failed, id))
  if (task && needed) {
    sayBad(`${nameOf(task)} needs a task that is still open: ${nameOf(needed)}`)
    return
  }
  const text = failureText(failed, work.path)
  if (task) {
    sayBad(nameOf(task), text)
    return
  }
  sayBad("What this step gives you, outside of the tasks", text)
  console.log(
    `  Compare it with the finished step: npm run diff ${step.number}`,
  )
}

/** Whether a check failed as a task is still to be done. */
function needs({ failure }: FailedCheck, id: string): boolean {
  return `${failure.received}\n${failure.printed}`.includes(`${id} is still to`)
}

function sayCount(
  own: readonly Task[],
  states: ReadonlyMap<string, TaskState>,
): void {
  const namesOf = (state: TaskState) =>
    own.filter(({ id }) => states.get(id) === state).map(({ name }) => name)
  const [filled, open] = [namesOf("filled in"), namesOf("open")]
  const parts = [
    `${namesOf("passed").length} of ${own.length} tasks passed`,
    filled.length > 0 && `${filled.length} filled in (${filled.join(", ")})`,
    open.length > 0 && `${open.length} open (${open.join(", ")})`,
  ]
  console.log(styled("bold", parts.filter(Boolean).join(", ")))
}

async function sayNext(
  work: WorkFolder,
  { number }: Step,
  task: Task,
  isOpen: boolean,
): Promise<void> {
  if (isOpen) {
    const place = await work.placeOf(task)
    console.log(`${styled("yellow", "→")} ${nameOf(task)}: ${place}`)
    console.log(`  Its text: npm run task ${number} ${task.name}`)
  }
  console.log(`  A hint: npm run hint ${number} ${task.name}`)
}
