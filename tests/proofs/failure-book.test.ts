import { cp, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, test } from "vitest"
import { BookKeeper } from "../../workbook/course/book-keeper.ts"
import { readCourse } from "../../workbook/course/course.ts"
import {
  bookOf,
  readBook,
  suspects,
} from "../../workbook/course/failure-book.ts"
import { root } from "../../workbook/folders.ts"
import { listSteps, type Step } from "../../workbook/steps.ts"
import { ownFolder } from "../support/own-folder.ts"

/** A copy of the small course. */
async function copyOfCourse() {
  const folder = ownFolder("course")
  await cp(join(root, "tests/fixtures/course"), folder, { recursive: true })
  const [step] = listSteps(folder) as [Step]
  const tasks = readCourse(folder)
  return { folder, step, tasks, path: join(folder, bookOf(step.name)) }
}

test("a book that tells what is so stays as it is", async () => {
  const { folder, step, tasks, path } = await copyOfCourse()
  const before = await readFile(path, "utf8")
  const book = new BookKeeper(folder, step, tasks)
  const [sum] = tasks
  if (!sum) throw new Error("no task")
  expect(book.linesOf(sum)).toBe("return one - other")
  book.note(sum, "answered", "✗ adds\n  expected -1 to be 3")
  expect(book.settle(false)).toBe("")
  expect(await readFile(path, "utf8")).toBe(before)
})

test("one that does not is told apart, and written anew on demand", async () => {
  const { folder, step, tasks, path } = await copyOfCourse()
  const [sum] = tasks
  if (!sum) throw new Error("no task")
  const book = new BookKeeper(folder, step, tasks)
  book.note(sum, "answered", "✗ adds\n  expected -1 to equal 3")
  const changes = [
    "sum, answered:",
    "- ✗ adds\n-   expected -1 to be 3\n-   A hint: npm run hint 1 sum",
    "+ ✗ adds\n+   expected -1 to equal 3\n+   A hint: npm run hint 1 sum",
  ].join("\n")
  expect(book.settle(false)).toBe(changes)
  expect(book.settle(true)).toBe(changes)
  expect(await readFile(path, "utf8")).toContain("to equal 3\n  A hint:")
  expect(new BookKeeper(folder, step, tasks).settle(false)).toBe("")
})

test("outputs that have changed places are told, too", async () => {
  const { folder, step, tasks } = await copyOfCourse()
  const [sum, difference] = tasks
  const [one, other] = readBook(folder, step)
  if (!sum || !difference || !one || !other) throw new Error("two tasks")
  const book = new BookKeeper(folder, step, tasks)
  book.note(sum, "answered", other.answered)
  book.note(difference, "answered", one.answered)
  expect(book.settle(false)).toMatch(
    /^sum, answered:[\s\S]*difference, answered:/,
  )
})

test("one without a task's section is refused", async () => {
  const { folder, step, tasks, path } = await copyOfCourse()
  const text = await readFile(path, "utf8")
  await writeFile(path, text.slice(0, text.indexOf("## difference")))
  expect(() => new BookKeeper(folder, step, tasks)).toThrow(
    "has sections for sum; the step's page has the tasks sum, difference",
  )
  await writeFile(path, text.replace("Takes the wrong operator:\n\n", ""))
  expect(() => new BookKeeper(folder, step, tasks)).toThrow(
    'the section "sum" needs an output, a wrong answer in words',
  )
})

test("a failure leads to the tasks that fail like it", async () => {
  const { folder, step } = await copyOfCourse()
  const entries = readBook(folder, step)
  expect(suspects(entries, "✗ adds\n  expected -1 to be 3")).toEqual(["sum"])
  expect(suspects(entries, "✗ subtracts\n  anything")).toEqual(["difference"])
  expect(suspects(entries, "✗ divides\n  anything")).toEqual([])
})
