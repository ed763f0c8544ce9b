import { cp, mkdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import {
  lookAt,
  proveBeginning,
  proveWrongAnswer,
  type Red,
} from "../../workbook/checks/prove.ts"
import { assertRules } from "../../workbook/checks/rules.ts"
import { wrongAnswers } from "../../workbook/checks/wrong-answers.ts"
import { readCourse, type Task } from "../../workbook/course/course.ts"
import { root } from "../../workbook/folders.ts"
import { listSteps } from "../../workbook/steps.ts"
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
    own.replaceAll("../../../support/", "../../../tests/support/"),
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
      "a last hint that quotes a name that the finished lines lack",
      page,
      "Return `one`, plus",
      "Return `total` of",
      "its last hint quotes total, which its finished lines lack",
    ],
    [
      "a hint that mentions a later step",
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

/** Looks at a wrong answer, then proves it. */
async function prove(
  folder: string,
  name: string,
  lines: string,
): Promise<Red> {
  const wrong = { lines, what: "Wrong" }
  const task = taskIn(folder, name)
  const [look] = await lookAt(folder, [[task, wrong]])
  if (!look) throw new Error("nothing was looked at")
  return proveWrongAnswer(folder, task, wrong, look)
}

describe("a wrong answer", () => {
  const answer = async (lines: string, name = "sum") => {
    const folder = await courseWith(page, "goal: Two", "goal: The two")
    return prove(folder, name, lines)
  }

  test("is found by a check, and shown as a learner sees it", async () => {
    const { text, afterMs } = await answer("return one - other")
    expect(text).toBe(
      "  adds\n    did       sum(1, 2)\n    expected  3\n    received  -1",
    )
    expect(afterMs).toBeGreaterThan(0)
  })

  test("can be a promise that nothing waits for", async () => {
    const { text } = await answer("Promise.resolve()\nreturn one + other")
    expect(text).toContain("Nothing waits for this promise")
  })

  test("that no check finds is refused", async () => {
    await expect(answer("return other + one")).rejects.toThrow(
      "01-sum/sum: Wrong: no check finds it",
    )
  })

  test("that only a check outside the tasks finds is refused", async () => {
    const lines = "return one === 3 && other === 2 ? 1 : one - other + 0.5"
    const folder = await courseWith(checks, "toBe(3)", "toBeTypeOf('number')")
    const other = lines.replace("=== 3", "=== 0")
    await expect(prove(folder, "sum", other)).rejects.toThrow(
      /01-sum\/sum: Wrong: no task is blamed:\n +both undo each other\n/,
    )
  })

  test("that is blamed on another task is refused", async () => {
    const folder = await courseWith(checks, "sum(1, 2)).toBe(3)", "1).toBe(1)")
    const needsSum = "difference(sum(1, 2), 2)).toBe(1)"
    const path = join(folder, checks)
    const text = await readFile(path, "utf8")
    await writeFile(path, text.replace("difference(3, 2)).toBe(1)", needsSum))
    await expect(prove(folder, "sum", "return one")).rejects.toThrow(
      "01-sum/sum: Wrong: 01-sum/difference is blamed:",
    )
  })

  test("that does not compile is refused", async () => {
    await expect(answer("return nobody")).rejects.toThrow(
      /01-sum\/sum: Wrong: its types:\n.*nobody/,
    )
  })
})

describe("the wrong answers of a step", () => {
  const file = "tests/wrong-answers/01-sum.md"
  const read = (folder: string) => {
    const [step] = listSteps(folder)
    if (!step) throw new Error("no step")
    return wrongAnswers(folder, step, ["sum", "difference"])
  }

  test("are read with their sentence, lines and time", async () => {
    const answers = read(await courseWith(page, "goal: Two", "goal: The two"))
    expect(answers).toHaveLength(6)
    expect(answers[4]).toEqual({
      task: "difference",
      what: "Takes the wrong `operator`",
      lines: "return one + other",
      takesTime: false,
    })
    expect(answers[5]?.takesTime).toBe(true)
  })

  test("are refused where a task has fewer than three", async () => {
    const folder = await courseWith(file, /Forgets[\s\S]*?```\n\n/, "")
    expect(() => read(folder)).toThrow("sum has 2 wrong answers")
  })

  test("are refused where a task is missing", async () => {
    const folder = await courseWith(file, "## difference", "## product")
    expect(() => read(folder)).toThrow(
      "has sections for sum, product; the step's page has the tasks sum, diff",
    )
  })
})

describe("the proof of a step's beginning", () => {
  const begin = (folder: string, done: number) =>
    proveBeginning(folder, readCourse(folder), done)

  test("holds where each task has checks of its own", async () => {
    const folder = await courseWith(page, "goal: Two", "goal: The two")
    for (const done of [0, 1]) await begin(folder, done)
  })

  test("fails for a task that no check needs", async () => {
    const folder = await courseWith(
      checks,
      "expect(difference(3, 2))",
      "expect(sum(0, 1))",
    )
    await expect(begin(folder, 1)).rejects.toThrow(
      /with 1 of 2 tasks done: what fails first is no task, and should be 01-sum\/difference/,
    )
  })

  test("fails for a check that needs a later task", async () => {
    const folder = await courseWith(
      checks,
      "sum(1, 2)).toBe(3)",
      "difference(sum(1, 2), 0)).toBe(3)",
    )
    await expect(begin(folder, 1)).rejects.toThrow(
      /what fails first is 01-sum\/sum, and should be 01-sum\/difference/,
    )
  })

  test("fails for a check that fails for another reason", async () => {
    const broken = 'expect(1).toBe("something else")'
    const folder = await courseWith(checks, /expect\(diff.*/, broken)
    await expect(begin(folder, 1)).rejects.toThrow(
      /as it is still to be done:\n[\s\S]*something else/,
    )
  })

  test("fails for checks that cannot be loaded", async () => {
    const folder = await courseWith(checks, '("01-sum/sum.ts', '("nowhere')
    await expect(begin(folder, 0)).rejects.toThrow(
      "what fails first is no task",
    )
  })

  test("fails for a step that is already solved", async () => {
    const folder = await courseWith(checks, /expect\(.*/g, "")
    await expect(begin(folder, 0)).rejects.toThrow("all checks pass")
  })

  test("fails for a starter whose types are wrong", async () => {
    const declared =
      "  const it = one + other\n  // #endregion sum\n  return it\n"
    const folder = await courseWith(
      sum,
      "  return one + other\n  // #endregion sum\n",
      declared,
    )
    await expect(begin(folder, 0)).rejects.toThrow(/its types:\n.*it/)
  })
})
