import type { Task } from "../course/course.ts"
import type { TaskReport } from "../learner/report.ts"
import type { HandIn } from "./hand-ins.ts"

/** How far a learner is in one step. */
export interface StepCount {
  /** "02-routing" */
  readonly step: string
  readonly passed: number
  readonly of: number
  /** False if no task of it was begun, and no hint of it shown. */
  readonly isBegun: boolean
}

/** The task that a learner is at. */
export interface Place {
  readonly id: string
  readonly title: string
  /** How many hints they took there. */
  readonly hints: number
}

export interface Learner {
  readonly learner: string
  readonly file: string
  readonly timeMs: number
  readonly steps: readonly StepCount[]
  /** Undefined if all tasks are passed. */
  readonly at: Place | undefined
}

/** A task, and how many are at it. */
export interface Stuck {
  readonly id: string
  readonly title: string
  readonly learners: number
  /** How many hints these learners took there, together. */
  readonly hints: number
}

/**
 * Where one learner is. Steps, tasks and titles are those of this workbook: a
 * report only says what became of each.
 * @returns undefined if the report has none of the tasks
 */
export function placeLearner(
  { report, learner, file, timeMs }: HandIn,
  tasks: readonly Task[],
): Learner | undefined {
  const reports = new Map(
    report.steps.flatMap((step) => step.tasks).map((it) => [it.id, it]),
  )
  if (!tasks.some(({ id }) => reports.has(id))) return undefined
  const steps = stepNames(tasks).map((step) => countStep(step, tasks, reports))
  const at = placeOf(steps, tasks, reports)
  return { learner, file, timeMs, steps, at }
}

/** The names of the steps that have tasks, in their order. */
export function stepNames(tasks: readonly Task[]): string[] {
  return [...new Set(tasks.map(({ step }) => step.name))]
}

/** The tasks that learners are at, those of most learners first. */
export function countStuck(
  learners: readonly Learner[],
  tasks: readonly Task[],
): Stuck[] {
  return tasks
    .map(({ id, title }) => {
      const hints = learners.flatMap(({ at }) => {
        return at?.id === id ? [at.hints] : []
      })
      const sum = hints.reduce((all, more) => all + more, 0)
      return { id, title, learners: hints.length, hints: sum }
    })
    .filter((it) => it.learners > 0)
    .sort((a, b) => b.learners - a.learners || b.hints - a.hints)
}

type Reports = ReadonlyMap<string, TaskReport>

function countStep(
  step: string,
  tasks: readonly Task[],
  reports: Reports,
): StepCount {
  const ids = tasks.filter((it) => it.step.name === step).map(({ id }) => id)
  const own = ids.flatMap((id) => reports.get(id) ?? [])
  const { length: passed } = own.filter(({ state }) => state === "passed")
  const isBegun = own.some(({ state, hints }) => {
    return state !== "not begun" || hints > 0
  })
  return { step, passed, of: ids.length, isBegun }
}

/** The first task that is not passed. A step that the learner has left out, and
 * gone on to a later one, does not count. */
function placeOf(
  steps: readonly StepCount[],
  tasks: readonly Task[],
  reports: Reports,
): Place | undefined {
  const lastBegun = steps.findLastIndex(({ isBegun }) => isBegun)
  const skipped = steps
    .filter(({ isBegun }, index) => !isBegun && index < lastBegun)
    .map(({ step }) => step)
  const task = tasks.find(({ id, step }) => {
    if (skipped.includes(step.name)) return false
    return reports.get(id)?.state !== "passed"
  })
  if (!task) return undefined
  const { id, title } = task
  return { id, title, hints: reports.get(id)?.hints ?? 0 }
}
