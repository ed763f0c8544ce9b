import { tasksIn } from "../course/course.ts"
import { listSteps, type Step } from "../steps.ts"
import type { Opened } from "./open.ts"
import { type Progress, readProgress } from "./progress.ts"
import { isRecord } from "./read-json.ts"

const states = ["passed", "filled in", "open", "not begun"] as const

/** Passed: a check has seen the task work. Filled in: it has code, and no check
 * has seen it work. Open: `todo(…)` is still there. */
export type TaskState = (typeof states)[number]

export interface TaskReport {
  /** "02-routing/convert" */
  readonly id: string
  readonly title: string
  readonly state: TaskState
  /** How many hints were shown. */
  readonly hints: number
}

export interface StepReport {
  /** "02-routing" */
  readonly step: string
  readonly title: string
  readonly tasks: readonly TaskReport[]
}

/** A learner's progress for other programs: `npm run progress -- --json` prints
 * it, and `npm run export` packs it as `progress.json`. */
export interface ProgressReport {
  readonly version: 2
  /** When the report was made, in ISO 8601. */
  readonly time: string
  readonly steps: readonly StepReport[]
}

/** The report of everything in the learner's folder. */
export async function progressReport(
  opened: Pick<Opened, "work" | "tasks">,
): Promise<ProgressReport> {
  const progress = await readProgress(opened.work)
  const steps: StepReport[] = []
  for (const step of listSteps()) {
    steps.push(await stepReport(opened, step, progress))
  }
  return { version: 2, time: new Date().toISOString(), steps }
}

async function stepReport(
  { work, tasks }: Pick<Opened, "work" | "tasks">,
  step: Step,
  { done, hints }: Progress,
): Promise<StepReport> {
  const own = tasksIn(step, tasks)
  const holes = await work.holes(step)
  // A step that was laid out finished, for a later one, has not been begun.
  const isBegun =
    holes.length > 0 ||
    own.some(({ id }) => done.includes(id)) ||
    (await work.isFilledIn(step))
  const stateOf = (id: string): TaskState => {
    if (done.includes(id)) return "passed"
    if (holes.some((hole) => hole.id === id)) return "open"
    return isBegun ? "filled in" : "not begun"
  }
  return {
    step: step.name,
    title: step.title,
    tasks: own.map(({ id, title }) => {
      return { id, title, state: stateOf(id), hints: hints[id] ?? 0 }
    }),
  }
}

/** Whether a value that was read has the shape of a report. */
export function isProgressReport(value: unknown): value is ProgressReport {
  if (!isRecord(value)) return false
  const { version, time, steps } = value
  const isHead = version === 2 && typeof time === "string"
  return isHead && Array.isArray(steps) && steps.every(isStepReport)
}

function isStepReport(value: unknown): value is StepReport {
  if (!isRecord(value)) return false
  const { step, title, tasks } = value
  const isHead = typeof step === "string" && typeof title === "string"
  return isHead && Array.isArray(tasks) && tasks.every(isTaskReport)
}

function isTaskReport(value: unknown): value is TaskReport {
  if (!isRecord(value)) return false
  const { id, title, state, hints } = value
  const isHead = typeof id === "string" && typeof title === "string"
  return isHead && states.some((it) => it === state) && isCount(hints)
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0
}
