import { join, relative } from "node:path"
import { unawaitedPromises } from "../checks/awaits.ts"
import { typeProblems } from "../checks/types.ts"
import { type Task, tasksIn } from "../course/course.ts"
import { CourseError } from "../course/course-error.ts"
import { regionsOf } from "../course/regions.ts"
import { root } from "../folders.ts"
import type { Step } from "../steps.ts"
import { nameOf, sayBad } from "./say.ts"
import type { WorkFolder } from "./work-folder.ts"

/** How many problems are shown: more are often about the same mistake. */
const most = 5

interface Problem {
  /** Relative to the learner's folder, with slashes. */
  readonly file: string
  readonly line: number
  readonly sentence: string
}

/**
 * Looks at a step without running it: its types, then promises that nothing
 * waits for. Prints each problem with its task.
 * @returns whether it found nothing
 */
export async function looksRight(
  work: WorkFolder,
  step: Step,
  tasks: readonly Task[],
  signal?: AbortSignal,
): Promise<boolean> {
  const types = parseProblems(await typeProblems(work.path, signal))
  if (types.length > 0) {
    await show("Types", work, step, tasks, types)
    return false
  }
  const files = await work.code([step])
  const code = files.map(([file]) => file).filter((it) => it.endsWith(".ts"))
  const unawaited = await unawaitedPromises(work.path, code, signal)
  if (unawaited.length === 0) return true
  await show("A promise that nothing waits for", work, step, tasks, unawaited)
  return false
}

/** The problems that the compiler found. Each begins with its place, and
 * indented lines below say why. */
function parseProblems(output: string): Problem[] {
  const pattern = /^(.+?)\((\d+),\d+\): error TS\d+: (.*(?:\n +.*)*)/gm
  return [...output.matchAll(pattern)].map(
    ([, path = "", line, sentence = ""]) => {
      // The most frequent cause, which the compiler does not name. Its last line
      // has the two types that differ.
      const last = sentence.split("\n").at(-1) ?? ""
      const hint = last.includes("Promise<") ? " Is an await missing?" : ""
      return { file: path, line: Number(line), sentence: sentence + hint }
    },
  )
}

async function show(
  what: string,
  work: WorkFolder,
  step: Step,
  tasks: readonly Task[],
  problems: readonly Problem[],
): Promise<void> {
  sayBad(what)
  for (const { file, line, sentence } of problems.slice(0, most)) {
    const path = relative(work.path, join(root, file)).replaceAll("\\", "/")
    const own = path.startsWith("..") ? file : path
    console.log(`  ${relative(root, join(work.path, own))}:${line}`)
    console.log(`    ${sentence.replaceAll("\n", "\n    ")}`)
    const task = await taskAt(work, tasksIn(step, tasks), own, line)
    if (task)
      console.log(
        `    in ${nameOf(task)}: npm run hint ${step.number} ${task.name}`,
      )
  }
  const left = problems.length - most
  if (left > 0) console.log(`  … and ${left} more`)
}

async function taskAt(
  work: WorkFolder,
  own: readonly Task[],
  file: string,
  line: number,
): Promise<Task | undefined> {
  const text = (await work.read(file)) ?? ""
  try {
    const regions = regionsOf(file, text)
    // An empty body is reported at the head of its function.
    const near = (above: number) =>
      own.find(({ name }) =>
        regions.some((region) => {
          const isIn = line > region.begin - above && line <= region.end + 1
          return region.name === name && isIn
        }),
      )
    return near(0) ?? near(8)
  } catch (error) {
    if (error instanceof CourseError) return undefined
    throw error
  }
}
