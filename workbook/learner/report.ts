import { type Task, tasksIn } from "../course/course.ts"
import { listSteps } from "../steps.ts"
import type { Opened } from "./open.ts"
import {
  type StepProgress,
  shownHints,
  stepProgress,
  type TaskState,
} from "./progress.ts"
import { isRecord } from "./read-json.ts"
import type { WorkFolder } from "./work-folder.ts"

const states: readonly unknown[] = ["not begun", "open", "filled in", "passed"]

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

/** Where the learner is in every step. */
export function allProgress(
  work: WorkFolder,
  tasks: readonly Task[],
): Promise<StepProgress[]> {
  return Promise.all(listSteps().map((step) => stepProgress(work, step, tasks)))
}

/** The report about everything in the learner's folder. */
export async function progressReport({
  work,
  tasks,
}: Pick<Opened, "work" | "tasks">): Promise<ProgressReport> {
  const hints = await shownHints(work)
  const all = await allProgress(work, tasks)
  const steps = all.map(({ step, states }): StepReport => {
    const own = tasksIn(step, tasks).map(({ id, title }) => {
      const state = states.get(id) ?? "not begun"
      return { id, title, state, hints: hints[id] ?? 0 }
    })
    return { step: step.name, title: step.title, tasks: own }
  })
  return { version: 2, time: new Date().toISOString(), steps }
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
  return isHead && states.includes(state) && isCount(hints)
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0
}
