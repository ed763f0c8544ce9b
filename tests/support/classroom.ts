import { utimesSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { createTar } from "nanotar"
import { readCourse } from "../../workbook/course/course.ts"
import { root } from "../../workbook/folders.ts"
import type { TaskState } from "../../workbook/learner/progress.ts"
import type { ProgressReport } from "../../workbook/learner/report.ts"
import { listSteps } from "../../workbook/steps.ts"
import { Command, type Finished } from "./command.ts"
import { ownFolder } from "./own-folder.ts"

const tasks = readCourse(root)

interface Learned {
  /** The first task that is not passed. If omitted, all are passed. */
  readonly at?: string
  /** How many hints were taken for that task. */
  readonly hints?: number
  /** Steps that were never begun. */
  readonly leftOut?: readonly string[]
  readonly time?: string
}

/** The report of a learner who did the tasks in their order. */
export function reportOf(learned: Learned): ProgressReport {
  const { at, hints = 0, leftOut = [], time = "2026-11-26T08:00:00Z" } = learned
  const end = at ? tasks.findIndex(({ id }) => id === at) : tasks.length
  if (end < 0) throw new Error(`There is no task ${at}`)
  const begun = tasks[end]?.step.number ?? 0
  const steps = listSteps().map(({ name, title, number }) => {
    const isLeftOut = leftOut.includes(name)
    const rest: TaskState = number === begun ? "open" : "not begun"
    const own = tasks.filter(({ step }) => step.name === name)
    return {
      step: name,
      title,
      tasks: own.map((task) => {
        const { id, title } = task
        const before = tasks.indexOf(task) < end ? "passed" : rest
        const state: TaskState = isLeftOut ? "not begun" : before
        return { id, title, state, hints: id === at ? hints : 0 }
      }),
    }
  })
  return { version: 2, time, steps }
}

/** An archive with one file. */
export function archiveOf(
  report: unknown,
  name = "./progress.json",
): Uint8Array {
  return gzipSync(createTar([{ name, data: JSON.stringify(report) }]))
}

/** A folder with the files that learners handed in. */
export class Classroom {
  readonly folder = ownFolder("class")

  /** Adds a file. Unless it is given as bytes or a string, it is a report. */
  put(file: string, content: Learned | string | Uint8Array): void {
    const path = join(this.folder, file)
    const isWritten =
      typeof content === "string" || content instanceof Uint8Array
    if (isWritten) writeFileSync(path, content)
    else if (file.endsWith(".json")) {
      writeFileSync(path, JSON.stringify(reportOf(content)))
    } else writeFileSync(path, archiveOf(reportOf(content)))
  }

  /** Sets the time when a file was changed. */
  date(file: string, time: string): void {
    utimesSync(join(this.folder, file), new Date(time), new Date(time))
  }

  /** What the command prints, including its errors. */
  shown(options = ""): Promise<Finished> {
    return Command.run(`node workbook/run.cjs class ${this.folder} ${options}`)
  }

  /** What a program that reads the command's output gets. */
  printed(options = ""): Promise<Finished> {
    return this.shown(`${options} 2>/dev/null`)
  }
}
