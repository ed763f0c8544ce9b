import { readFile, rm, writeFile } from "node:fs/promises"
import { join, relative } from "node:path"
import { root as workbook } from "../folders.ts"
import { scratchFolder } from "../scratch-folder.ts"
import { type ChecksRun, runChecks } from "./checks.ts"
import type { Task } from "./course.ts"
import { CourseError } from "./course-error.ts"
import { failureText } from "./failure-text.ts"
import { layOut } from "./lay-out.ts"
import { answer } from "./starter.ts"
import { typeProblems } from "./types.ts"

/** How a learner sees a task fail. */
export interface Seen {
  /** The check's name. */
  readonly check: string
  readonly text: string
}

/**
 * Proves that the checks of a task's step need that task: with only its lines
 * blanked, the first that fails names the task.
 * @param root of the workbook, or of a fixture
 * @throws CourseError if none does, or for another reason
 */
export async function proveTask(root: string, task: Task): Promise<Seen> {
  return inStarter(root, [task], async (stepsFolder) => {
    const run = await firstFailure(root, task, stepsFolder)
    const [failure] = run.failures
    if (!failure) {
      throw new CourseError(
        `${task.id}: no check of the step needs it: add one that does`,
      )
    }
    // One that only waited in vain teaches nobody what is missing.
    const waited = /timed out|within \d+ s/i.test(failure.message)
    if (waited || !failure.message.includes(task.id)) {
      throw new CourseError(
        `${task.id}: without it a check fails, but for another reason: ` +
          `${failure.check}: ${failure.message.slice(0, 500)}`,
      )
    }
    return seen(run, stepsFolder)
  })
}

/** Proves that a check finds a wrong answer.
 * @param lines in the place of the finished ones
 * @throws CourseError if none does, or if it is no answer at all */
export async function proveWrongAnswer(
  root: string,
  task: Task,
  lines: string,
): Promise<Seen> {
  return inStarter(root, [], async (stepsFolder) => {
    const { file } = task.region
    const path = join(stepsFolder, file)
    const finished = await readFile(path, "utf8")
    await writeFile(path, answer(file, finished, task, lines))
    const problems = await typeProblems(stepsFolder)
    if (problems) {
      throw new CourseError(
        `${task.id}: its wrong answer has type errors:\n${problems}`,
      )
    }
    const run = await firstFailure(root, task, stepsFolder)
    if (run.failures.length === 0) {
      throw new CourseError(
        `${task.id}: no check finds its wrong answer: add one that does`,
      )
    }
    return seen(run, stepsFolder)
  })
}

/** Proves that the starter of a step has the right types, and that there is
 * something left to do. @throws CourseError if not */
export async function proveStarter(
  root: string,
  tasks: readonly Task[],
): Promise<void> {
  const [first] = tasks
  if (!first) return
  const { name } = first.step
  await inStarter(root, tasks, async (stepsFolder) => {
    const problems = await typeProblems(stepsFolder)
    if (problems) {
      throw new CourseError(
        `${name}: its starter has type errors:\n${problems}`,
      )
    }
    const { failures } = await firstFailure(root, first, stepsFolder)
    if (failures.length === 0) {
      throw new CourseError(`${name}: its starter passes all checks already`)
    }
  })
}

function firstFailure(
  root: string,
  { step }: Task,
  stepsFolder: string,
): Promise<ChecksRun> {
  return runChecks({ root, step: step.name, stepsFolder, bail: true })
}

/** What differs from one run to the next is made the same. */
function seen({ failures: [failure] }: ChecksRun, stepsFolder: string): Seen {
  if (!failure) return { check: "", text: "" }
  const text = failureText(failure, stepsFolder)
    .replaceAll(relative(workbook, stepsFolder), "work")
    .replace(/localhost:\d+/g, "localhost:8000")
    .replace(/test-[0-9a-f-]{36}/g, "asgi")
    .replace(/\d+ frames, last: /g, "")
    .replace(/inmemory![\w-]+/g, "inmemory!…")
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "2026-01-01T12:00:00.000Z")
    .replace(/(?<="id":)\d+/g, "1")
  return { check: failure.check, text }
}

async function inStarter<Result>(
  root: string,
  tasks: readonly Task[],
  work: (stepsFolder: string) => Promise<Result>,
): Promise<Result> {
  const folder = scratchFolder(root, "prove")
  try {
    await layOut(root, folder, tasks)
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}
