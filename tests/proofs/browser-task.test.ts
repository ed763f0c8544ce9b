import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, test } from "vitest"
import { lookAt } from "../../workbook/checks/prove.ts"
import { readCourse } from "../../workbook/course/course.ts"
import { dedent, linesOf } from "../../workbook/course/regions.ts"
import {
  answer,
  starterOf,
  withoutIdleTodo,
} from "../../workbook/course/starter.ts"
import { root } from "../../workbook/folders.ts"
import { shownCode } from "../../workbook/site/shown-code.ts"
import { ownFolder } from "../support/own-folder.ts"

type Outbox = typeof import("../../steps/09-delivery/static/outbox.js")

const tasks = readCourse(root)
const inBrowser = tasks.filter(({ region }) => region.file.endsWith(".js"))

test.each(inBrowser)("$id: its starter needs no other file", async (task) => {
  const { file } = task.region
  const path = join(root, "steps", file)
  const finished = await readFile(path, "utf8")
  const starter = starterOf(file, finished, tasks, [task])
  expect(starter).not.toMatch(/^import /m)
  const lines = dedent(linesOf(finished, task.region))
  const solved = withoutIdleTodo(answer(file, starter, task, lines))
  expect(solved).toBe(starterOf(file, finished, tasks, []))
  expect(shownCode(root, path, undefined)).toContain(`todo("${task.id}")`)
})

test("a page that comes to a task says that it is still to be done", async () => {
  const [task] = inBrowser
  const file = task?.region.file ?? ""
  const finished = await readFile(join(root, "steps", file), "utf8")
  const path = join(ownFolder("starter"), "outbox.js")
  await writeFile(path, starterOf(file, finished, tasks, inBrowser))
  const { openOutbox }: Outbox = await import(path)
  const memory = { read: () => "", write() {} }
  const outbox = openOutbox({ memory, onChange() {}, onSilence() {} })
  expect(() => outbox.begin(() => true)).toThrow(
    "09-delivery/outbox is still to be done",
  )
})

test("a syntax error in a page's task is found before a check runs", async () => {
  const [task] = inBrowser
  if (!task) throw new Error("No task is in a page")
  const right = { what: "right", lines: "void entries" }
  const wrong = { what: "wrong", lines: "if (entries" }
  const looks = await lookAt(root, [
    [task, right],
    [task, wrong],
  ])
  const [of, other] = looks.map(({ types }) => types)
  expect(of).toBe("")
  expect(other).toContain("')' expected")
}, 60_000)
