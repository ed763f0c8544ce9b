import { readFileSync } from "node:fs"
import { join } from "node:path"
import { filesOf, type Task } from "../course/course.ts"
import { CourseError } from "../course/course-error.ts"
import { linesOf } from "../course/regions.ts"
import { listSteps } from "../steps.ts"

/** Rules for the text of the tasks, beyond those of `readCourse`.
 * @throws CourseError for the first rule that is broken */
export function assertRules(root: string, tasks: readonly Task[]): void {
  const introduced = firstExports(root)
  for (const task of tasks) {
    assertNoLineNumbers(task)
    assertNothingLater(task, introduced)
    const text = readFileSync(join(root, "steps", task.region.file), "utf8")
    assertQuotesAreReal(task, text)
    assertReturnType(task, text)
  }
}

/** Line numbers change, and the learner's own file has others. */
function assertNoLineNumbers({ id, text, hints }: Task): void {
  const found = [text, ...hints].join("\n").match(/\blines? \d+/i)
  if (!found) return
  throw new CourseError(
    `${id}: its text or hints name "${found[0]}": name what stands there`,
  )
}

/** A learner of this step does not know it yet. */
function assertNothingLater(
  { id, step, text, hints }: Task,
  introduced: ReadonlyMap<string, number>,
): void {
  const found = namesIn([text, ...hints].join("\n")).find(
    (name) => (introduced.get(name) ?? 0) > step.number,
  )
  if (found === undefined) return
  throw new CourseError(
    `${id}: its text or hints name ${found}, which a later step introduces`,
  )
}

const exported =
  /^export (?:abstract |async )*(?:class|const|function|interface|type) (\w+)/gm

/** The number of the step that first exports a name. */
function firstExports(root: string): Map<string, number> {
  const steps = join(root, "steps")
  const first = new Map<string, number>()
  for (const { name: step, number } of listSteps(root)) {
    for (const file of filesOf(steps, step)) {
      if (!file.endsWith(".ts")) continue
      const text = readFileSync(join(steps, file), "utf8")
      for (const [, name = ""] of text.matchAll(exported)) {
        if (!first.has(name)) first.set(name, number)
      }
    }
  }
  return first
}

/** The last hint is nearly the code: the code has every name that it quotes. */
function assertQuotesAreReal({ id, region, hints }: Task, file: string): void {
  const finished = linesOf(file, region).join("\n")
  const missing = namesIn(hints.at(-1) ?? "").find(
    (name) => !finished.includes(name),
  )
  if (missing === undefined) return
  throw new CourseError(
    `${id}: its last hint quotes ${missing}, which its finished lines lack`,
  )
}

/** Without a written one, a hole would make it `never`, and the code after a
 * call of the function would be unreachable. */
function assertReturnType({ id, region }: Task, file: string): void {
  if (!region.file.endsWith(".ts")) return
  const lines = file.split("\n")
  let depth = indentOf(lines[region.begin] ?? "")
  for (const line of lines.slice(0, region.begin).reverse()) {
    if (line === "" || indentOf(line) >= depth) continue
    // A line that is indented less than all lines up to the region encloses it.
    if (/\): .+ (=> )?\{$/.test(line)) return
    depth = indentOf(line)
  }
  throw new CourseError(
    `${id}: its region must be within a function with a written return type`,
  )
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length
}

/** The names in backticks, of three letters or more. */
function namesIn(markdown: string): string[] {
  const quotes = markdown.match(/`[^`]+`/g) ?? []
  return quotes.flatMap((quote) => quote.match(/[A-Za-z_]\w{2,}/g) ?? [])
}
