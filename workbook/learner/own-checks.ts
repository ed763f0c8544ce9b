import { failureText } from "../checks/failure-text.ts"
import {
  type ChecksRun,
  type FailedCheck,
  runChecks,
} from "../checks/run-checks.ts"
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
  /** Also runs the checks that have already passed on the current code. */
  readonly all: boolean
  readonly signal?: AbortSignal | undefined
}

/**
 * Runs the checks of the learner's step. The first task that is not passed is
 * checked first, and its result is printed as soon as it is known.
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
  const before = await stepProgress(work, step, tasks)
  const open = inState(before.states, "open")
  const known = all ? [] : inState(before.states, "passed")
  const show = await failureWriter(work, step, own)
  let shown: FailedCheck | undefined
  const begun = performance.now()
  const isAnyToRun =
    open.length === 0 || open.length + known.length < own.length
  const run = isAnyToRun
    ? await runChecks({
        root,
        step: step.name,
        stepsFolder: work.path,
        first: firstLeft(own, before.states)?.id,
        open,
        known,
        signal,
        onPassed: (id) => sayPassed(own, id),
        // If one task is wrong, later ones often fail. The first says the most.
        onFailed(failed) {
          if (!shown) show(failed)
          shown ??= failed
        },
      })
    : { count: 0, passed: [], failed: [] }
  if (signal?.aborted) return false
  const isPassed = open.length === 0 && run.failed.length === 0
  await recordChecks(work, step, {
    tasks: seenTasks(run, codes),
    step: isPassed ? code : undefined,
  })
  const { states } = await stepProgress(work, step, tasks)
  const next = firstLeft(own, states)
  const missed = run.failed.find(({ task }) => task === next?.id)
  if (missed && missed !== shown) show(missed)
  sayCount(own, states)
  if (isPassed) {
    const took = seconds(performance.now() - begun)
    const others = known.length > 0 ? ", the others had passed before" : ""
    const passed = `${counted(run.count, "check")} of step ${step.number}`
    sayGood(`${passed}${others} (${took})`)
  } else if (next) {
    await sayNext(work, step, next, states.get(next.id) === "open")
  } else {
    // The last line must not look as if all were well.
    sayBad(`Step ${step.number} does not pass: see what fails above`)
  }
  return isPassed
}

type States = ReadonlyMap<string, TaskState>

function inState(states: States, state: TaskState): string[] {
  return [...states].filter(([, it]) => it === state).map(([id]) => id)
}

/** The first task, in the order of the page, that is not passed. */
function firstLeft(own: readonly Task[], states: States): Task | undefined {
  return own.find(({ id }) => states.get(id) !== "passed")
}

function seenTasks(
  { passed, failed }: ChecksRun,
  codes: ReadonlyMap<string, string>,
): ReadonlyMap<string, string | undefined> {
  const seen = new Map<string, string | undefined>()
  for (const id of passed) seen.set(id, codes.get(id))
  for (const { task } of failed) if (task) seen.set(task, undefined)
  return seen
}

function sayPassed(own: readonly Task[], id: string): void {
  const task = own.find((it) => it.id === id)
  if (task) sayGood(nameOf(task))
}

/** @returns a function that prints a failed check below its task */
export async function failureWriter(
  work: WorkFolder,
  { number }: Step,
  own: readonly Task[],
): Promise<(failed: FailedCheck) => void> {
  const places = await Promise.all(own.map((task) => work.placeOf(task)))
  return (failed) => {
    const index = own.findIndex(({ id }) => id === failed.task)
    const task = own[index]
    const needed = own.find(({ id }) => id !== task?.id && needs(failed, id))
    if (task && needed) {
      sayBad(
        `${nameOf(task)} needs a task that is still open: ${nameOf(needed)}`,
      )
      return
    }
    const text = failureText(failed, work.path, places[index])
    if (task) {
      sayBad(nameOf(task), text)
      return
    }
    sayBad("What this step gives you, outside the tasks", text)
    console.log(`  Compare it with the finished step: npm run diff ${number}`)
  }
}

/** Whether a check failed because a task is still to be done. */
function needs({ failure }: FailedCheck, id: string): boolean {
  return `${failure.received}\n${failure.printed}`.includes(`${id} is still to`)
}

function sayCount(own: readonly Task[], states: States): void {
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
    console.log(`  The task: npm run task ${number} ${task.name}`)
  }
  console.log(`  A hint: npm run hint ${number} ${task.name}`)
}
