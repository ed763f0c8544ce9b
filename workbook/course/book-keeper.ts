import { writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Step } from "../steps.ts"
import type { Task } from "./course.ts"
import { CourseError } from "./course-error.ts"
import {
  bookOf,
  type Entry,
  readBook,
  renderBook,
  suspects,
} from "./failure-book.ts"
import { hintLines } from "./failure-text.ts"

type Output = "untouched" | "answered"

/** Compares what a step's tasks fail with to what its book says. */
export class BookKeeper {
  private readonly before: readonly Entry[]
  private readonly entries: Map<string, Entry>

  /** @param tasks of the step
   * @throws CourseError if the book lacks one, or has one too many */
  constructor(
    private readonly root: string,
    readonly step: Step,
    tasks: readonly Task[],
  ) {
    this.before = readBook(root, step)
    this.entries = new Map(this.before.map((entry) => [entry.name, entry]))
    const [inBook, inPage] = [this.before, tasks].map((named) =>
      named.map(({ name }) => name).join(", "),
    )
    if (inBook === inPage) return
    throw new CourseError(
      `${bookOf(step.name)} has sections for ${inBook}; the step's page has ` +
        `the tasks ${inPage}: they must be the same, in the same order`,
    )
  }

  /** The wrong answer of a task. */
  linesOf(task: Task): string {
    return this.entryOf(task).lines
  }

  /** Notes how a task has failed. */
  note(task: Task, part: Output, text: string): void {
    const entry = { ...this.entryOf(task), [part]: text }
    this.entries.set(task.name, entry)
  }

  /** @param update writes the book anew
   * @returns how what was noted differs from the book, "" if it does not */
  settle(update: boolean): string {
    const after = this.withHints()
    if (update) {
      const path = join(this.root, bookOf(this.step.name))
      writeFileSync(path, renderBook(this.step, after))
    }
    return this.before
      .flatMap((entry, index) => [
        ...difference(entry, after[index], "untouched"),
        ...difference(entry, after[index], "answered"),
      ])
      .join("\n")
  }

  private withHints(): Entry[] {
    const entries = [...this.entries.values()]
    const complete = (text: string): string => {
      if (text === "" || text.includes("npm run hint")) return text
      const names = suspects(entries, text)
      return [text, ...hintLines(this.step, names)].join("\n")
    }
    return entries.map((entry) => ({
      ...entry,
      answered: complete(entry.answered),
    }))
  }

  private entryOf({ name }: Task): Entry {
    return this.entries.get(name) as Entry
  }
}

function difference(
  before: Entry,
  after: Entry | undefined,
  part: Output,
): string[] {
  const [old, now] = [before[part], after?.[part] ?? ""]
  if (old === now) return []
  return [`${before.name}, ${part}:`, marked("-", old), marked("+", now)]
}

function marked(mark: string, text: string): string {
  return text.replace(/^/gm, `${mark} `)
}
