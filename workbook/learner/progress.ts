import { type Task, tasksIn } from "../course/course.ts"
import type { Step } from "../steps.ts"
import { codeOf, codeUpTo } from "./code.ts"
import { isRecord } from "./read-json.ts"
import type { WorkFolder } from "./work-folder.ts"

/** What is known about the learner's progress: `work/.progress.json`. */
interface Progress {
  /** By task: the code on which all of its checks passed when they last ran. */
  readonly passed: Readonly<Record<string, string>>
  /** By step: the code, with that of earlier steps, on which all passed. */
  readonly steps: Readonly<Record<string, string>>
  /** By task: how many hints were shown. */
  readonly hints: Readonly<Record<string, number>>
}

/** Only "passed" counts: every check of the task has run and passed on the
 * current code. A task that was laid out finished is also "not begun". */
export type TaskState = "not begun" | "open" | "filled in" | "passed"

export interface StepProgress {
  readonly step: Step
  /** Whether the step has been laid out. */
  readonly isLaidOut: boolean
  /** By task id, in the order of the page. */
  readonly states: ReadonlyMap<string, TaskState>
  /** The tasks that are filled in, and that passed before the last change. */
  readonly passedBefore: readonly string[]
  /** Whether all of the step's checks passed on the current code. */
  readonly isPassed: boolean
}

const file = ".progress.json"
const nothing: Progress = { passed: {}, steps: {}, hints: {} }

/** Where the learner is in one step. */
export async function stepProgress(
  work: WorkFolder,
  step: Step,
  tasks: readonly Task[],
): Promise<StepProgress> {
  const progress = await readProgress(work)
  const own = tasksIn(step, tasks)
  const holes = await work.holes(step)
  const isLaidOut = await work.has(step)
  const isTheirs = holes.length > 0 || (await work.isFilledIn(step))
  const codes = await taskCodes(work, step, own)
  const passedBefore: string[] = []
  const states = own.map(({ id }): [string, TaskState] => {
    if (!isLaidOut) return [id, "not begun"]
    if (holes.some((hole) => hole.id === id)) return [id, "open"]
    if (progress.passed[id] === codes.get(id)) return [id, "passed"]
    if (progress.passed[id] !== undefined) passedBefore.push(id)
    return [id, isTheirs ? "filled in" : "not begun"]
  })
  return {
    step,
    isLaidOut,
    states: new Map(states),
    passedBefore,
    isPassed: progress.steps[step.name] === (await stepCode(work, step)),
  }
}

/** The first task of a step that does not pass: the one that is shown and
 * hinted. Those that passed before the last change may still pass. */
export async function nextTask(
  work: WorkFolder,
  step: Step,
  tasks: readonly Task[],
): Promise<Task | undefined> {
  const { states, passedBefore } = await stepProgress(work, step, tasks)
  return tasksIn(step, tasks).find(
    ({ id }) => states.get(id) !== "passed" && !passedBefore.includes(id),
  )
}

/** By task: the code that its checks run. */
export async function taskCodes(
  work: WorkFolder,
  step: Step,
  own: readonly Task[],
): Promise<ReadonlyMap<string, string>> {
  const files = await work.code([step])
  return new Map(
    own.map(({ id }, index) => [id, codeUpTo(files, own.slice(index + 1))]),
  )
}

/** The code of a step and of the earlier steps that it builds on. */
export async function stepCode(work: WorkFolder, step: Step): Promise<string> {
  return codeOf(await work.code(work.stepsUpTo(step)))
}

/** The results of a step's checks. Other results stay as they were. */
export interface Seen {
  /** By task: the code on which its checks passed, undefined if one failed. */
  readonly tasks: ReadonlyMap<string, string | undefined>
  /** The code on which all checks passed, undefined if one failed. */
  readonly step?: string | undefined
}

/** Stores the results of a step's checks. */
export async function recordChecks(
  work: WorkFolder,
  { name }: Step,
  { tasks, step }: Seen,
): Promise<void> {
  await work.alone(async () => {
    const { passed, steps, ...rest } = await readProgress(work)
    await writeProgress(work, {
      ...rest,
      passed: withoutGaps({ ...passed, ...Object.fromEntries(tasks) }),
      steps: withoutGaps({ ...steps, [name]: step }),
    })
  })
}

/** Counts a hint; within `work.alone`.
 * @returns how many were shown before */
export async function countHint(
  work: WorkFolder,
  { id, hints: { length } }: Task,
): Promise<number> {
  const { hints, ...rest } = await readProgress(work)
  const shown = hints[id] ?? 0
  const next = Math.min(shown + 1, length)
  await writeProgress(work, { ...rest, hints: { ...hints, [id]: next } })
  return shown
}

export async function shownHints(
  work: WorkFolder,
): Promise<Readonly<Record<string, number>>> {
  return (await readProgress(work)).hints
}

/** @returns empty progress if the file is missing or broken */
async function readProgress(work: WorkFolder): Promise<Progress> {
  const { value } = await work.readJson(file, isProgress)
  return { ...nothing, ...value }
}

function writeProgress(work: WorkFolder, progress: Progress): Promise<void> {
  return work.write(file, `${JSON.stringify(progress, null, 2)}\n`)
}

/** A file from an older workbook may lack some fields. */
function isProgress(value: unknown): value is Partial<Progress> {
  if (!isRecord(value)) return false
  const { passed = {}, steps = {}, hints = {} } = value
  const areTexts = [passed, steps].every(
    (it) => isRecord(it) && Object.values(it).every(isString),
  )
  return areTexts && isRecord(hints) && Object.values(hints).every(isCount)
}

function isString(value: unknown): boolean {
  return typeof value === "string"
}

function isCount(value: unknown): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= 0
}

function withoutGaps(
  record: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const entries = Object.entries(record).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  )
  return Object.fromEntries(entries)
}
