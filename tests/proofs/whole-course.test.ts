import { expect, test } from "vitest"
import { readCourse } from "../../workbook/course/course.ts"
import { root } from "../../workbook/folders.ts"
import { allProgress } from "../../workbook/learner/report.ts"
import { WorkFolder } from "../../workbook/learner/work-folder.ts"
import { listSteps } from "../../workbook/steps.ts"
import { Command } from "../support/command.ts"
import { ownFolder } from "../support/own-folder.ts"

/** Every task is checked when it is filled in, and every step again
 * with all those before it. */
const timeoutMs = 20 * 60_000

test("a learner completes all steps on their own code", {
  timeout: timeoutMs,
}, async () => {
  const WORK = ownFolder("work")
  const tasks = readCourse(root)
  const work = new WorkFolder(WORK, tasks)
  for (const step of listSteps()) {
    const own = tasks.filter((task) => task.step.name === step.name)
    const line = `npm run learn ${step.number} -- --once`
    const begun = await Command.run(line, { WORK })
    expect(begun.output).toContain(`0 of ${own.length} tasks passed`)
    expect(begun.code).toBe(1)
    for (const [index, task] of own.entries()) {
      await work.solve([task])
      const checked = await Command.run(`npm run check ${step.number}`, {
        WORK,
      })
      const filled = index + 1
      expect(checked.output).toContain(
        `${filled} of ${own.length} tasks passed`,
      )
      const code = filled === own.length ? 0 : 1
      expect(checked.code, `${task.id}: ${checked.output}`).toBe(code)
    }
  }
  for (const progress of await allProgress(work, tasks)) {
    expect(progress.isPassed, progress.step.name).toBe(true)
    expect(new Set(progress.states.values())).toEqual(new Set(["passed"]))
  }
})
