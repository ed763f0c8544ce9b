import { readFile, rm, writeFile } from "node:fs/promises"
import { join, relative } from "node:path"
import type { Task } from "../course/course.ts"
import { CourseError } from "../course/course-error.ts"
import { layOut } from "../course/lay-out.ts"
import { regionOf } from "../course/regions.ts"
import { answer } from "../course/starter.ts"
import { root as workbook } from "../folders.ts"
import { scratchFolder } from "../scratch-folder.ts"
import { type Unawaited, unawaitedPromises } from "./awaits.ts"
import { failureText } from "./failure-text.ts"
import { type FailedCheck, runChecks } from "./run-checks.ts"
import { typeProblems } from "./types.ts"
import type { WrongAnswer } from "./wrong-answers.ts"

/** What a learner sees of a wrong answer. */
export interface Red {
  readonly text: string
  /** The time from the first check until one failed; 0 if none ran. */
  readonly afterMs: number
}

type Lines = Pick<WrongAnswer, "lines" | "what">

/** What is found in a wrong answer without running it. */
export interface Look {
  /** The finished file with the answer instead of the task's lines. */
  readonly text: string
  /** What the compiler found. */
  readonly types: string
  readonly unawaited: readonly Unawaited[]
}

/**
 * Looks at wrong answers as the learner's loop does before it runs a check: at
 * all of them at once, each as a file beside the finished one.
 * @param root of the workbook, or of a fixture
 */
export function lookAt(
  root: string,
  answers: readonly (readonly [Task, Lines])[],
): Promise<Look[]> {
  return inFolder(root, [], async (stepsFolder) => {
    const texts = await Promise.all(
      answers.map(async ([task, { lines }]) => {
        const { file } = task.region
        const finished = await readFile(join(stepsFolder, file), "utf8")
        return answer(file, finished, task, lines.split("\n"))
      }),
    )
    const files = answers.map(([{ region }], index) => {
      return region.file.replace(/\.([jt]s)$/, `.wrong-${index}.$1`)
    })
    for (const [index, file] of files.entries()) {
      await writeFile(join(stepsFolder, file), texts[index] ?? "")
    }
    const types = (await typeProblems(stepsFolder)).split(/\n(?=\S)/)
    const unawaited = await unawaitedPromises(
      stepsFolder,
      files.filter(isTyped),
    )
    return texts.map((text, index) => {
      const name = files[index] ?? ""
      return {
        text,
        types: types.filter((line) => line.includes(`${name}(`)).join("\n"),
        unawaited: unawaited.filter(({ file }) => file === name),
      }
    })
  })
}

/**
 * Proves that a wrong answer is found, and blamed on its own task.
 * @param look what was found in it
 * @throws CourseError if nothing finds it, if another task or none is named, or
 *   if its types are wrong, so that it is no answer at all
 */
export async function proveWrongAnswer(
  root: string,
  task: Task,
  { what }: Lines,
  { text, types, unawaited: [unawaited] }: Look,
): Promise<Red> {
  const title = `${task.id}: ${what}`
  if (types) throw new CourseError(`${title}: its types:\n${types}`)
  if (unawaited) {
    assertInTask(title, task, text, unawaited)
    return { text: unawaited.sentence, afterMs: 0 }
  }
  return inFolder(root, [], async (stepsFolder) => {
    await writeFile(join(stepsFolder, task.region.file), text)
    const begun = performance.now()
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
 * Proves that the loop is right for a learner who follows the page: with the
 * first tasks of a step done, their checks pass, and those of the next one fail
 * because it is still to be done.
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

/** The linter needs types, which JavaScript has not. */
function isTyped(file: string): boolean {
  return file.endsWith(".ts")
}

function assertInTask(
  title: string,
  { region: { file }, name }: Task,
  text: string,
  { line }: Unawaited,
): void {
  const { begin, end } = regionOf(file, text, name)
  if (line > begin + 1 && line <= end) return
  throw new CourseError(
    `${title}: a promise is found elsewhere, in line ${line}`,
  )
}

/** The first failure in the order of the page. */
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
