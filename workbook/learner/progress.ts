import type { Task } from "../course/course.ts"
import type { Step } from "../steps.ts"
import { areStrings, isRecord } from "./read-json.ts"
import type { WorkFolder } from "./work-folder.ts"

/** What is known of the learner's way; `work/.progress.json`. */
export interface Progress {
  /** By task: "03-pages/json-script". Done is what a check has seen work. */
  readonly done: readonly string[]
  /** Steps whose checks all passed, when they last ran. */
  readonly passed: readonly string[]
  /** The task that the last failure was about. */
  readonly failing?: string | undefined
  /** How many hints were shown, by task. */
  readonly hints: Readonly<Record<string, number>>
}

const file = ".progress.json"

/** @returns nothing done where there is no such file yet, or a broken one */
export async function readProgress(work: WorkFolder): Promise<Progress> {
  const empty = { done: [], passed: [], hints: {} }
  const { value } = await work.readJson(file, isProgress)
  return { ...empty, ...value }
}

/** A file may lack what an older workbook did not know of. */
function isProgress(value: unknown): value is Partial<Progress> {
  if (!isRecord(value)) return false
  const { done = [], passed = [], failing = "", hints = {} } = value
  const isText = areStrings(done) && areStrings(passed)
  return isText && typeof failing === "string" && areCounts(hints)
}

function areCounts(value: unknown): value is Record<string, number> {
  if (!isRecord(value)) return false
  return Object.values(value).every(
    (it) => typeof it === "number" && Number.isInteger(it) && it >= 0,
  )
}

/** Keeps what changed beside what was known; within `work.alone`. */
export async function writeProgress(
  work: WorkFolder,
  change: Partial<Progress>,
): Promise<void> {
  const progress = { ...(await readProgress(work)), ...change }
  await work.write(file, `${JSON.stringify(progress, null, 2)}\n`)
}

export interface Outcome {
  readonly done: readonly Task[]
  readonly isPassed: boolean
  readonly failing: Task | undefined
}

/** Remembers how a step's checks ended. */
export async function recordChecks(
  work: WorkFolder,
  step: Step,
  { done, isPassed, failing }: Outcome,
): Promise<void> {
  await work.alone(async () => {
    const known = await readProgress(work)
    const others = known.done.filter((id) => !id.startsWith(`${step.name}/`))
    const steps = known.passed.filter((name) => name !== step.name)
    await writeProgress(work, {
      done: [...others, ...done.map(({ id }) => id)].sort(byStep),
      failing: failing?.id,
      passed: isPassed ? [...steps, step.name].sort() : steps,
    })
  })
}

/** A step's tasks stay in the order of its page. */
function byStep(one: string, other: string): number {
  return Number.parseInt(one, 10) - Number.parseInt(other, 10)
}
