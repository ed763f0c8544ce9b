import { access, cp } from "node:fs/promises"
import { join } from "node:path"
import { expect, test } from "vitest"
import { failureText } from "../../workbook/checks/failure-text.ts"
import { runChecks } from "../../workbook/checks/run-checks.ts"
import { typeProblems } from "../../workbook/checks/types.ts"
import { layOut } from "../../workbook/course/lay-out.ts"
import { root } from "../../workbook/folders.ts"
import { ownFolder } from "../support/own-folder.ts"

interface Design {
  /** The step that the design solves in another way. */
  readonly step: string
  /** The files that the design replaces. It may also add others. */
  readonly replaced: readonly string[]
  /** The steps whose checks must pass with it. */
  readonly checked: readonly string[]
}

const designs: readonly Design[] = [
  {
    step: "02-routing",
    replaced: ["path.ts", "url-router.ts"],
    checked: ["02-routing", "04-groups"],
  },
  {
    step: "04-groups",
    replaced: ["channels.ts", "group-consumer.ts"],
    checked: ["04-groups", "05-redis"],
  },
  {
    step: "07-history",
    replaced: ["chat-consumer.ts", "messages.ts"],
    checked: ["07-history"],
  },
]

/** The types of all steps, and the checks of two. */
const timeoutMs = 120_000

test.each(designs)(
  "another design of $step passes",
  async ({ step, replaced, checked }) => {
    const stepsFolder = await finishedSteps()
    const own = join(root, "tests/fixtures/designs", step)
    for (const file of replaced) {
      await access(join(stepsFolder, step, file))
      await access(join(own, file))
    }
    await cp(own, join(stepsFolder, step), { recursive: true })
    expect(await typeProblems(stepsFolder)).toBe("")
    for (const step of checked) {
      const { count, failed } = await runChecks({ root, step, stepsFolder })
      const told = failed.map((check) => failureText(check, stepsFolder))
      expect(failed, told.join("\n\n")).toEqual([])
      expect(count).toBeGreaterThan(0)
    }
  },
  timeoutMs,
)

/** A copy of the finished steps, gone when the test ends. */
async function finishedSteps(): Promise<string> {
  const folder = ownFolder("design")
  await layOut(root, folder, [])
  return folder
}
