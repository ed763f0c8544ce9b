import { cp, mkdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import {
  proveStarter,
  proveTask,
  proveWrongAnswer,
} from "../../workbook/checks/prove.ts"
import { assertRules } from "../../workbook/checks/rules.ts"
import { readCourse, type Task } from "../../workbook/course/course.ts"
import { root } from "../../workbook/folders.ts"
import { ownFolder } from "../support/own-folder.ts"

const sum = "steps/01-sum/sum.ts"
const page = "docs/steps/01-sum.md"
const checks = "tests/01-sum.test.ts"

/** A copy of a small course, with a mistake in one of its files.
 * @returns its root */
async function courseWith(
  file: string,
  find: string | RegExp,
  replacement: string,
): Promise<string> {
  // Beside the fixtures: its checks use the helpers in tests/support.
  const folder = ownFolder("course")
  await cp(join(root, "tests/fixtures/course"), folder, { recursive: true })
  const path = join(folder, file)
  const text = await readFile(path, "utf8")
  const changed = text.replace(find, replacement)
  expect(changed).not.toBe(text)
  await writeFile(path, changed)
  const helper = join(folder, checks)
  const own = await readFile(helper, "utf8")
  await writeFile(
    helper,
    own.replace("../../../support/", "../../../tests/support/"),
  )
  return folder
}

function taskIn(folder: string, name: string): Task {
  const task = readCourse(folder).find((it) => it.name === name)
  if (task) return task
  throw new Error(`No task ${name}`)
}

describe("the course is refused for", () => {
  test.each([
    [
      "a region that is never closed",
      sum,
      "  // #endregion difference\n",
      "",
      'write "// #endregion difference" after its last line',
    ],
    [
      "a region within another",
      sum,
      "  // #endregion sum\n",
      "",
      "the region sum is not closed",
    ],
    [
      "a display region that no page shows",
      sum,
      /$/,
      "// #region more\n// #endregion more\n",
      'no page shows the region more: show it by "<<< ../../steps/01-sum/sum.ts#more"',
    ],
    [
      "a region within a task",
      sum,
      "  return one + other\n",
      "  // #region more\n  return one + other\n  // #endregion more\n",
      "the region more lies in the task sum",
    ],
    [
      "regions that overlap",
      sum,
      "  // #endregion sum\n",
      "  // #region more\n  // #endregion sum\n  // #endregion more\n",
      'the region more is not closed: write "// #endregion more"',
    ],
    [
      "a task without a region",
      page,
      "{#sum}",
      "{#total}",
      "the task total needs one region of that name",
    ],
    [
      "a missing hint",
      page,
      /::: details Hint 2\n.*\n:::\n/,
      "",
      "the task sum needs three hints",
    ],
    ["a missing text", page, "Return the sum.", "", "the task sum has no text"],
    [
      "finished lines of another region",
      page,
      "sum.ts#sum",
      "sum.ts#difference",
      "<<< ../../steps/01-sum/sum.ts#sum",
    ],
    ["a task without a name", page, " {#sum}", "", "needs its region's name"],
  ])("%s", async (_what, file, find, replacement, message) => {
    const folder = await courseWith(file, find, replacement)
    expect(() => readCourse(folder)).toThrow(message)
  })
})

describe("the rules refuse", () => {
  test.each([
    [
      "a line's number in a hint",
      page,
      "There is an operator for it.",
      "Look at line 3.",
      'its text or hints name "line 3": name what stands there',
    ],
    [
      "a last hint that quotes what is not in the finished lines",
      page,
      "Return `one`, plus",
      "Return `total` of",
      "its last hint quotes total, which its finished lines lack",
    ],
    [
      "a hint that speaks of a later step",
      page,
      "What is a sum?",
      "Do not confuse it with a `product`.",
      "its text or hints name product, which a later step introduces",
    ],
    [
      "a task in a function without a return type",
      sum,
      "other: number): number {",
      "other: number) {",
      "its region must be within a function with a written return type",
    ],
    [
      "such a function below one that has a return type",
      sum,
      "difference(one: number, other: number): number {",
      "difference(one: number, other: number) {",
      "its region must be within a function with a written return type",
    ],
  ])("%s", async (_what, file, find, replacement, message) => {
    const folder = await courseWith(file, find, replacement)
    await addStep(folder, "02-product", "export const product = 6\n")
    const course = readCourse(folder)
    expect(() => assertRules(folder, course)).toThrow(message)
  })

  test("nothing else", async () => {
    const folder = await courseWith(page, "goal: Two", "goal: The two")
    assertRules(folder, readCourse(folder))
  })

  async function addStep(folder: string, name: string, text: string) {
    await mkdir(join(folder, "steps", name))
    await writeFile(join(folder, "steps", name, "main.ts"), text)
    await writeFile(join(folder, "docs/steps", `${name}.md`), "---\n---\n")
  }
})

describe("a wrong answer", () => {
  const answer = async (lines: string) => {
    const folder = await courseWith(page, "goal: Two", "goal: The two")
    return proveWrongAnswer(folder, taskIn(folder, "sum"), lines)
  }

  test("is found by a check, and shown as a learner sees it", async () => {
    const { check, text } = await answer("return one - other")
    expect(check).toBe("adds")
    expect(text).toBe("✗ adds\n  expected -1 to be 3")
  })

  test("that no check finds is refused", async () => {
    await expect(answer("return other + one")).rejects.toThrow(
      "01-sum/sum: no check finds its wrong answer: add one that does",
    )
  })

  test("that does not compile is refused", async () => {
    await expect(answer("return nobody")).rejects.toThrow(
      /01-sum\/sum: its wrong answer has type errors:\n.*nobody/,
    )
  })
})

describe("the proof", () => {
  test("holds where a check needs the task", async () => {
    const folder = await courseWith(page, "goal: Two", "goal: The two")
    const { check, text } = await proveTask(folder, taskIn(folder, "sum"))
    expect(check).toBe("adds")
    expect(text).toMatch(/sum is still to be done.*\n {2}in .*sum\.ts:4$/)
    await proveStarter(folder, readCourse(folder))
  })

  test("fails for a task that no check needs", async () => {
    const line = "expect(difference(3, 2)).toBe(1)"
    const folder = await courseWith(checks, line, "expect(sum(0, 1)).toBe(1)")
    const proof = proveTask(folder, taskIn(folder, "difference"))
    await expect(proof).rejects.toThrow(
      "01-sum/difference: no check of the step needs it: add one that does",
    )
  })

  test("fails for a check that fails for another reason", async () => {
    const broken = 'expect(sum(1, 1)).toBe("something else")'
    const folder = await courseWith(checks, /expect\(diff.*/, broken)
    const proof = proveTask(folder, taskIn(folder, "difference"))
    await expect(proof).rejects.toThrow(
      /without it a check fails, but for another reason: subtracts: .*to be/,
    )
  })

  test("fails for checks that cannot be loaded", async () => {
    const folder = await courseWith(checks, '("01-sum/sum', '("nowhere')
    const proof = proveTask(folder, taskIn(folder, "sum"))
    await expect(proof).rejects.toThrow(
      /another reason: before the first check/,
    )
  })

  test("fails for a check that only waits in vain", async () => {
    const waiting =
      "try { sum(1, 2) } catch (it) { throw Error('none within 5 s: ' + it) }"
    const folder = await courseWith(
      checks,
      "expect(sum(1, 2)).toBe(3)",
      waiting,
    )
    const proof = proveTask(folder, taskIn(folder, "sum"))
    await expect(proof).rejects.toThrow("but for another reason: adds")
  })

  test("fails for a starter that is solved already", async () => {
    const folder = await courseWith(checks, /expect\(.*/g, "")
    const proof = proveStarter(folder, readCourse(folder))
    await expect(proof).rejects.toThrow(
      "01-sum: its starter passes all checks already",
    )
  })

  test("fails for a starter whose types are wrong", async () => {
    const declared =
      "  const it = one + other\n  // #endregion sum\n  return it\n"
    const folder = await courseWith(
      sum,
      "  return one + other\n  // #endregion sum\n",
      declared,
    )
    const proof = proveStarter(folder, readCourse(folder))
    await expect(proof).rejects.toThrow(/its starter has type errors:\n.*it/)
  })
})
