import { writeFileSync } from "node:fs"
import { type RunnerTestCase, type RunnerTestFile, TestRunner } from "vitest"
import type { CheckName } from "./failure.ts"
import { failureOf } from "./failure-of.ts"
import { checkName, taskIn } from "./task-in.ts"
import { Uncaught } from "./uncaught.ts"

type Node = RunnerTestFile["tasks"][number]

const first = process.env.CHECKS_FIRST
const open = tasksIn(process.env.CHECKS_OPEN)
const known = tasksIn(process.env.CHECKS_KNOWN)

/** The file of the running check: this process may end before it can
 * report it. */
const running = process.env.CHECKS_RUNNING

/**
 * Runs a step's checks for a learner: those of one task first, none of a task
 * that is open or known to pass, no more of a task once one has failed, and what
 * belongs to no task last, if all tasks have passed.
 */
export default class TaskOrder extends TestRunner {
  private readonly failed = new Set<string | undefined>()

  onBeforeRunFiles(files: RunnerTestFile[]): void {
    for (const file of files) {
      const place = ({ name }: Node) => {
        const task = taskIn(name)
        return task === undefined ? 2 : task === first ? 0 : 1
      }
      file.tasks.sort((one, other) => place(one) - place(other))
      for (const node of file.tasks) {
        if (open.has(node.name) || known.has(node.name)) skip(node)
      }
    }
  }

  override async onBeforeRunTask(test: RunnerTestCase): Promise<void> {
    const task = taskOf(test)
    const isOver = task ? this.failed.has(task) : this.failed.size > 0
    if (isOver || (!task && open.size > 0)) test.mode = "skip"
    await super.onBeforeRunTask(test)
  }

  async runTask(test: RunnerTestCase): Promise<void> {
    if (running) writeFileSync(running, JSON.stringify(nameOf(test)))
    const uncaught = new Uncaught()
    try {
      await Promise.race([TestRunner.getTestFn(test)(), uncaught.first])
    } catch (error) {
      this.failed.add(taskOf(test))
      const { did = [], printed = "" } = test.meta
      test.meta.failure = { did, printed, ...failureOf(error) }
      throw error
    } finally {
      uncaught.stop()
    }
  }
}

function tasksIn(list = ""): ReadonlySet<string> {
  return new Set(list.split(",").filter(Boolean))
}

function skip(node: Node): void {
  node.mode = "skip"
  if ("tasks" in node) for (const inner of node.tasks) skip(inner)
}

function taskOf(test: RunnerTestCase): string | undefined {
  return nameOf(test).task
}

function nameOf(test: RunnerTestCase): CheckName {
  const names = [test.name]
  for (let it = test.suite; it; it = it.suite) names.unshift(it.name)
  return checkName(names)
}
