import { mkdir, mkdtemp, rm } from "node:fs/promises"
import { join } from "node:path"
import { type ChecksRun, runChecks } from "./checks.ts"
import type { Task } from "./course.ts"
import { CourseError } from "./course-error.ts"
import { layOut } from "./lay-out.ts"
import { typeProblems } from "./types.ts"

/**
 * Proves that the checks of a task's step need that task: with only its lines
 * blanked, one of them fails, and names the task.
 * @param root of the workbook, or of a fixture
 * @returns the check that failed
 * @throws CourseError if none does, or for another reason
 */
export async function proveTask(root: string, task: Task): Promise<string> {
  return inStarter(root, [task], async (stepsFolder) => {
    const options = { root, step: task.step.name, stepsFolder }
    const first = namedIn(await runChecks({ ...options, bail: true }), task)
    if (first) return first
    const all = await runChecks(options)
    const named = namedIn(all, task)
    if (named) return named
    const [failure] = all.failures
    throw new CourseError(
      failure
        ? `${task.id}: without it a check fails, but for another reason: ` +
            `${failure.check}: ${failure.message.slice(0, 500)}`
        : `${task.id}: no check of the step needs it: add one that does`,
    )
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
    const options = { root, step: name, stepsFolder, bail: true }
    const { failures } = await runChecks(options)
    if (failures.length === 0) {
      throw new CourseError(`${name}: its starter passes all checks already`)
    }
  })
}

/** The check that failed because of the task: one that only waited in vain
 * teaches nobody what is missing. */
function namedIn({ failures }: ChecksRun, task: Task): string | undefined {
  const named = failures.find(({ message }) => {
    return message.includes(task.id) && !/timed out|within \d+ s/i.test(message)
  })
  return named?.check
}

async function inStarter<Result>(
  root: string,
  tasks: readonly Task[],
  work: (stepsFolder: string) => Promise<Result>,
): Promise<Result> {
  // Within the workbook, so that the packages are found.
  const scratch = join(root, ".data")
  await mkdir(scratch, { recursive: true })
  const folder = await mkdtemp(join(scratch, "prove-"))
  try {
    await layOut(root, folder, tasks)
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}
