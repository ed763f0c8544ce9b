import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { type Accepted, readArguments } from "../../workbook/arguments.ts"
import { readCourse } from "../../workbook/course/course.ts"
import { root } from "../../workbook/folders.ts"
import { findTask } from "../../workbook/learner/open.ts"
import { readPort } from "../../workbook/port.ts"
import { findStep } from "../../workbook/steps.ts"
import { htmlOf, paths } from "./built-site.ts"
import { textOf } from "./text-of.ts"

const packageJson = readFileSync(join(root, "package.json"), "utf8")
const scripts = Object.keys(JSON.parse(packageJson).scripts)
const tasks = readCourse(root)

describe("every command that a reader can see is accepted, on", () => {
  test.each(paths)("%s", async (path) => {
    for (const line of linesOf(htmlOf(path))) {
      await expect(accept(line), line).resolves.toBeUndefined()
    }
  })
})

describe("a command is refused for", () => {
  test.each([
    ["no such command", "npm run lern 1", '"lern" is not a command'],
    ["no such task", "npm run hint 1 one-event", "Step 1 has the tasks"],
    ["no such step", "npm run step 88", "There is no step 88"],
    ["a word too many", "npm run hint 1 echo 2", "one word too many"],
    ["no such option", "npm run step 1 -- --tracing", "--tracing"],
    ["an option that npm keeps", "npm run step 1 --trace", "after --"],
  ])("%s", async (_what, line, sentence) => {
    await expect(accept(line)).rejects.toThrow(sentence)
  })
})

/** The `npm` commands that a page shows in its sentences and fences. */
function linesOf(html: string): string[] {
  const codes = html.match(/<code[^>]*>[\s\S]*?<\/code>/g) ?? []
  return codes
    .flatMap((code) => textOf(code).split("\n"))
    .flatMap((line) => line.replace(/(^|\s)#.*$/, "").split(/&&|[;|>]/))
    .map((line) => line.trim().replace(/^([A-Z_]+=\S* )+/, ""))
    .filter((line) => /^npm (run|test)( |$)/.test(line))
    .filter((line) => !/^npm run( …)?$/.test(line)) // any of them
}

/** @throws the error that the command itself or npm would print */
async function accept(line: string): Promise<void> {
  const [, name = "test", rest = ""] =
    /^npm (?:run (?:--silent )?(\S+)|test)(.*)$/.exec(line) ?? []
  if (!scripts.includes(name)) throw new Error(`"${name}" is not a command`)
  if (["verify", "format"].includes(name)) return
  const given = rest.split(/\s+/).filter(Boolean)
  const own = given.includes("--") ? given.indexOf("--") : given.length
  if (given.slice(0, own).some((word) => word.startsWith("-"))) {
    throw new Error(`the options of ${line} must come after --`)
  }
  const file = name.replaceAll(":", "-")
  const accepted: Accepted = await import(`../../workbook/commands/${file}.ts`)
  const { words, options } = readArguments(
    { ...accepted, command: name },
    given.filter((word) => word !== "--"),
  )
  let step: ReturnType<typeof findStep> | undefined
  for (const [index, kind] of (accepted.takes ?? []).entries()) {
    const word = words[index]
    if (word === undefined) continue
    if (kind === "step") step = findStep(word)
    if (kind === "port") readPort(word)
    if (kind === "task" && step) findTask({ tasks, step }, word)
  }
  const { task } = options
  if (step && typeof task === "string") findTask({ tasks, step }, task)
}
