import { readFile, rm, writeFile } from "node:fs/promises"
import { join, relative } from "node:path"
import { filesOf, type Task } from "../course/course.ts"
import { CourseError } from "../course/course-error.ts"
import { layOut } from "../course/lay-out.ts"
import { regionsOf } from "../course/regions.ts"
import { answer } from "../course/starter.ts"
import { root as workbook } from "../folders.ts"
import { scratchFolder } from "../scratch-folder.ts"
import { type Unawaited, unawaitedPromises } from "./awaits.ts"
import { failureText } from "./failure-text.ts"
import { type FailedCheck, runChecks } from "./run-checks.ts"
import { typeProblems, typesFile } from "./types.ts"
import type { WrongAnswer } from "./wrong-answers.ts"

/** How a learner sees a wrong answer. */
export interface Red {
  readonly text: string
  /** From saving it until it is red. */
  readonly afterMs: number
}

/**
 * Proves that a wrong answer is found, and blamed on its own task.
 * @param root of the workbook, or of a fixture
 * @throws CourseError if nothing finds it, if another task or none is named, or
 *   if it is no answer at all, as its types are wrong
 */
export function proveWrongAnswer(
  root: string,
  task: Task,
  { lines, what }: Pick<WrongAnswer, "lines" | "what">,
): Promise<Red> {
  const title = `${task.id}: ${what}`
  return inFolder(root, [], async (stepsFolder) => {
    const { file } = task.region
    const path = join(stepsFolder, file)
    const finished = await readFile(path, "utf8")
    const text = answer(file, finished, task, lines.split("\n"))
    await writeFile(path, text)
    await writeFile(join(stepsFolder, typesFile), await knownTypes(root))
    const begun = performance.now()
    const problems = await typeProblems(stepsFolder)
    if (problems) throw new CourseError(`${title}: its types:\n${problems}`)
    const files = filesOf(stepsFolder, task.step.name)
    const found = await unawaitedPromises(stepsFolder, onlyCode(files))
    const [unawaited] = found
    if (unawaited) {
      assertInTask(title, task, text, unawaited)
      const afterMs = performance.now() - begun
      return { text: unawaited.sentence, afterMs }
    }
    const failed = await firstFailed(root, task, stepsFolder)
    const afterMs = performance.now() - begun
    if (!failed) throw new CourseError(`${title}: no check finds it`)
    if (failed.task !== task.id) {
      const blamed = failed.task ?? "no task"
      throw new CourseError(
        `${title}: ${blamed} is blamed:\n${told(failed, stepsFolder)}`,
      )
    }
    return { text: told(failed, stepsFolder), afterMs }
  })
}

/**
 * Proves that a learner who follows the page is told the truth: with a step's
 * first tasks done, their checks pass, and those of the next one fail because it
 * is still to be done.
 * @param tasks all of the step
 * @param done how many of them are done, fewer than all
 * @throws CourseError if not
 */
export function proveBeginning(
  root: string,
  tasks: readonly Task[],
  done: number,
): Promise<void> {
  const [next] = tasks.slice(done)
  if (!next) throw new RangeError("All tasks are done")
  const title = `${next.step.name} with ${done} of ${tasks.length} tasks done`
  return inFolder(root, tasks.slice(done), async (stepsFolder) => {
    const problems = done === 0 && (await typeProblems(stepsFolder))
    if (problems) throw new CourseError(`${title}: its types:\n${problems}`)
    const failed = await firstFailed(root, next, stepsFolder)
    if (!failed) throw new CourseError(`${title}: all checks pass`)
    const { received } = failed.failure
    const why = `${received}\n${failed.failure.printed}`
    if (failed.task !== next.id || !why.includes(`${next.id} is still to be`)) {
      throw new CourseError(
        `${title}: what fails first is ${failed.task ?? "no task"}, and should ` +
          `be ${next.id}, as it is still to be done:\n${told(failed, stepsFolder)}`,
      )
    }
  })
}

function assertInTask(
  title: string,
  { region: { file }, name }: Task,
  text: string,
  unawaited: Unawaited,
): void {
  const region = regionsOf(file, text).find((it) => it.name === name)
  const isInside =
    region !== undefined &&
    unawaited.file === file &&
    unawaited.line > region.begin + 1 &&
    unawaited.line <= region.end
  if (isInside) return
  throw new CourseError(
    `${title}: a promise is found elsewhere, ${unawaited.file}:${unawaited.line}`,
  )
}

const known = new Map<string, Promise<string>>()

/** What the compiler keeps of the finished steps: a learner's has seen their
 * code before, too, when they save. */
function knownTypes(root: string): Promise<string> {
  const types =
    known.get(root) ??
    inFolder(root, [], async (folder) => {
      await typeProblems(folder)
      return readFile(join(folder, typesFile), "utf8")
    })
  known.set(root, types)
  return types
}

/** The first failure, in the order of the page. */
async function firstFailed(
  root: string,
  { step }: Task,
  stepsFolder: string,
): Promise<FailedCheck | undefined> {
  const stop = new AbortController()
  const run = await runChecks({
    root,
    step: step.name,
    stepsFolder,
    signal: stop.signal,
    onFailed: () => stop.abort(),
  })
  return run.failed[0]
}

function told(failed: FailedCheck, stepsFolder: string): string {
  const text = failureText(failed, stepsFolder)
  return text.replaceAll(relative(workbook, stepsFolder), "work")
}

function onlyCode(files: readonly string[]): readonly string[] {
  return files.filter((file) => file.endsWith(".ts"))
}

async function inFolder<Result>(
  root: string,
  blanked: readonly Task[],
  work: (stepsFolder: string) => Promise<Result>,
): Promise<Result> {
  const folder = scratchFolder(root, "prove")
  try {
    await layOut(root, folder, blanked)
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}
