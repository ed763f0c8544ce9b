import type { Task } from "../course/course.ts"
import type { Step } from "../steps.ts"
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

/** @returns nothing done where there is no such file yet */
export async function readProgress(work: WorkFolder): Promise<Progress> {
  const empty = { done: [], passed: [], hints: {} }
  return { ...empty, ...JSON.parse((await work.read(file)) ?? "{}") }
}

/** Keeps what changed beside what was known. */
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
  const known = await readProgress(work)
  const others = known.done.filter((id) => !id.startsWith(`${step.name}/`))
  const steps = known.passed.filter((name) => name !== step.name)
  await writeProgress(work, {
    done: [...others, ...done.map(({ id }) => id)],
    failing: failing?.id,
    passed: isPassed ? [...steps, step.name].sort() : steps,
  })
}
