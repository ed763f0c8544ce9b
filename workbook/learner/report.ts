import { type Task, tasksIn } from "../course/course.ts"
import { listSteps } from "../steps.ts"
import {
  type StepProgress,
  shownHints,
  stepProgress,
  type TaskState,
} from "./progress.ts"
import { isRecord } from "./read-json.ts"
import type { WorkFolder } from "./work-folder.ts"

const version = 2
const states: readonly unknown[] = ["not begun", "open", "filled in", "passed"]

/** Where a learner is, for a program to read: `npm run progress -- --json`. */
export interface ProgressReport {
  readonly version: typeof version
  /** When it was written, in ISO 8601. */
  readonly time: string
  readonly steps: readonly {
    /** "02-routing" */
    readonly step: string
    readonly title: string
    readonly tasks: readonly {
      /** "02-routing/convert" */
      readonly id: string
      readonly title: string
      readonly state: TaskState
      /** How many hints were shown. */
      readonly hints: number
    }[]
  }[]
}

/** Where the learner is in every step. */
export function allProgress(
  work: WorkFolder,
  tasks: readonly Task[],
): Promise<StepProgress[]> {
  return Promise.all(listSteps().map((step) => stepProgress(work, step, tasks)))
}

/** The report of a learner's folder, as it is now. */
export async function progressReport(
  work: WorkFolder,
  tasks: readonly Task[],
): Promise<ProgressReport> {
  const hints = await shownHints(work)
  const all = await allProgress(work, tasks)
  const steps = all.map(({ step, states }) => ({
    step: step.name,
    title: step.title,
    tasks: tasksIn(step, tasks).map(({ id, title }) => ({
      id,
      title,
      state: states.get(id) ?? "not begun",
      hints: hints[id] ?? 0,
    })),
  }))
  return { version, time: new Date().toISOString(), steps }
}

/** Whether what was read has the shape of a report. */
export function isProgressReport(value: unknown): value is ProgressReport {
  if (!isRecord(value) || value.version !== version) return false
  return typeof value.time === "string" && areAll(value.steps, isStep)
}

function isStep(value: unknown): boolean {
  if (!isRecord(value) || !areAll(value.tasks, isTask)) return false
  return typeof value.step === "string" && typeof value.title === "string"
}

function isTask(value: unknown): boolean {
  if (!isRecord(value) || !states.includes(value.state)) return false
  const isNamed =
    typeof value.id === "string" && typeof value.title === "string"
  return (
    isNamed && Number.isSafeInteger(value.hints) && Number(value.hints) >= 0
  )
}

function areAll(value: unknown, isRight: (it: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isRight)
}
