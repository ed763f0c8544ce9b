import type { Task } from "../course/course.ts"
import type { TaskReport } from "../learner/report.ts"
import type { HandIn, LeftOut } from "./hand-ins.ts"

/** A learner's progress in one step. */
export interface StepCount {
  /** "02-routing" */
  readonly step: string
  readonly passed: number
  readonly of: number
  /** False if none of its tasks was begun and none of its hints shown. */
  readonly isBegun: boolean
}

export interface Learner {
  readonly learner: string
  readonly file: string
  /** In ISO 8601. */
  readonly time: string
  readonly steps: readonly StepCount[]
  /** The task that they are at, and how many hints they took; null if all tasks
   * are passed. */
  readonly at: Pick<TaskReport, "id" | "title" | "hints"> | null
}

/** A task, and how many learners are at it. */
export interface Stuck {
  readonly id: string
  readonly title: string
  readonly learners: number
  /** How many hints these learners took for it in total. */
  readonly hints: number
}

/** Everything that is known about a class. */
export interface Overview {
  /** One of each learner, by name. */
  readonly learners: readonly Learner[]
  /** The tasks that learners are at, with the most learners first. */
  readonly stuck: readonly Stuck[]
  readonly leftOut: readonly LeftOut[]
}

/** Where each learner is. Of several files of one learner, the newest counts;
 * reports about another course do not count. */
export function overviewOf(
  handIns: readonly HandIn[],
  tasks: readonly Task[],
): Overview {
  const counted = new Map<string, Learner>()
  const leftOut: LeftOut[] = []
  for (const handIn of handIns.toSorted((a, b) => b.timeMs - a.timeMs)) {
    const { file } = handIn
    const learner = placeLearner(handIn, tasks)
    const newer = counted.get(handIn.learner)
    if (!learner) {
      const reason = "it has none of this workbook's tasks."
      leftOut.push({ file, reason })
    } else if (newer) {
      leftOut.push({ file, reason: `${newer.file} is newer, and counts.` })
    } else counted.set(learner.learner, learner)
  }
  const learners = [...counted.values()]
  learners.sort((a, b) => a.learner.localeCompare(b.learner, "en"))
  return { learners, stuck: countStuck(learners, tasks), leftOut }
}

/**
 * Steps, tasks and titles are those of this workbook: a report has only the
 * state of each.
 * @returns undefined if the report has none of the tasks
 */
function placeLearner(
  { report, learner, file, timeMs }: HandIn,
  tasks: readonly Task[],
): Learner | undefined {
  const reports = new Map(
    report.steps.flatMap((step) => step.tasks).map((it) => [it.id, it]),
  )
  if (!tasks.some(({ id }) => reports.has(id))) return undefined
  const names = new Set(tasks.map(({ step }) => step.name))
  const steps = [...names].map((step) => countStep(step, tasks, reports))
  // A step that the learner left out, to go on to a later one, does not count.
  const lastBegun = steps.findLastIndex(({ isBegun }) => isBegun)
  const skipped = steps.slice(0, lastBegun).filter(({ isBegun }) => !isBegun)
  const task = tasks.find(({ id, step }) => {
    if (skipped.some((it) => it.step === step.name)) return false
    return reports.get(id)?.state !== "passed"
  })
  const hints = (task && reports.get(task.id)?.hints) ?? 0
  const at = task ? { id: task.id, title: task.title, hints } : null
  return { learner, file, time: new Date(timeMs).toISOString(), steps, at }
}

function countStep(
  step: string,
  tasks: readonly Task[],
  reports: ReadonlyMap<string, TaskReport>,
): StepCount {
  const ids = tasks.filter((it) => it.step.name === step).map(({ id }) => id)
  const own = ids.flatMap((id) => reports.get(id) ?? [])
  const { length: passed } = own.filter(({ state }) => state === "passed")
  const isBegun = own.some(({ state, hints }) => {
    return state !== "not begun" || hints > 0
  })
  return { step, passed, of: ids.length, isBegun }
}

function countStuck(
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
