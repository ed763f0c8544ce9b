import { once } from "node:events"
import { readFile, writeFile } from "node:fs/promises"
import { type AddressInfo, createServer } from "node:net"
import { join } from "node:path"
import { describe, expect, onTestFinished, test } from "vitest"
import { wrongAnswers } from "../../workbook/checks/wrong-answers.ts"
import { readCourse, type Task, tasksIn } from "../../workbook/course/course.ts"
import { answer } from "../../workbook/course/starter.ts"
import { root } from "../../workbook/folders.ts"
import { WorkFolder } from "../../workbook/learner/work-folder.ts"
import { findStep } from "../../workbook/steps.ts"
import { Command, type Finished } from "../support/command.ts"
import { ownFolder } from "../support/own-folder.ts"

const tasks = readCourse(root)
const step = findStep("2")
const own = tasksIn(step, tasks)

/** A learner's folder, and their commands. */
function learner() {
  const work = new WorkFolder(ownFolder("work"), tasks)
  const run = (line: string): Promise<Finished> => {
    return Command.run(`npm run ${line}`, { WORK: work.path })
  }
  return { work, run }
}

/** The same, with all of step 2 filled in correctly. */
async function solved() {
  const { work, run } = learner()
  await work.layOut(step)
  await work.solve(own)
  return { work, run }
}

function taskNamed(name: string): Task {
  const task = own.find((it) => it.name === name)
  if (task) return task
  throw new Error(`No task ${name}`)
}

/** Puts other lines in the place of a task's. */
async function write(
  work: WorkFolder,
  name: string,
  lines: string,
): Promise<void> {
  const task = taskNamed(name)
  const { file } = task.region
  const text = (await work.read(file)) ?? ""
  await work.write(file, answer(file, text, task, lines.split("\n")))
}

/** The first known wrong answer to a task. */
function wrongLines(name: string): string {
  const names = own.map((task) => task.name)
  const all = wrongAnswers(root, step, names)
  return all.find(({ task }) => task === name)?.lines ?? ""
}

describe("a learner of step 2", { timeout: 120_000 }, () => {
  test("takes the tasks from open to passed, one by one", async () => {
    const { run } = learner()
    const begun = await run("learn 2 -- --once")
    expect(begun.code).toBe(1)
    expect(begun.output).toContain("0 of 5 tasks passed, 5 open (convert, ")
    for (const [index, { name, title }] of own.entries()) {
      const hint = await run("hint 2")
      expect(hint.output).toContain(`${title} (${name}): work`.slice(0, -4))
      expect(hint.output).toContain("Hint 1 of 3: ")
      expect((await run(`solve 2 ${name}`)).code).toBe(0)
      const { code, output } = await run("check 2")
      expect(output).toContain(`✓ ${title} (${name})`)
      expect(output).toContain(`${index + 1} of 5 tasks passed`)
      expect(code).toBe(index + 1 === own.length ? 0 : 1)
      const next = own[index + 1]
      if (next) expect(output).toContain(`→ ${next.title} (${next.name}): `)
      else expect(output).toContain("✓ A scope never changes")
    }
    const { output } = await run("progress")
    expect(output).toMatch(/✓ {2}1 {2}Echo {6}laid out, finished/)
    expect(output).toMatch(/✓ {2}2 {2}Routing {3}5 of 5 tasks passed/)
    const later = await run("learn 3 -- --once")
    expect(later.output).toContain("0 of 3 tasks passed, 3 open")
    expect(later.output).not.toContain("open tasks")
  })

  test("sees each type error with its place and its task", async () => {
    const { work, run } = learner()
    await work.layOut(step)
    await write(work, "room-name", "return 1")
    await write(work, "merge-kwargs", "return 2")
    const { code, output } = await run("check 2")
    expect(code).toBe(1)
    expect(output).toMatch(
      /✗ Types\n[\s\S]*room-name\.ts:\d+\n +Type 'number' is not assignable/,
    )
    expect(output).toContain("(room-name): npm run hint 2 room-name")
    expect(output).toContain("(merge-kwargs): npm run hint 2 merge-kwargs")
    expect(output).not.toContain("tasks passed")
  })

  test("sees a forgotten await before any check runs", async () => {
    const { work, run } = await solved()
    const lines =
      "await Promise.resolve()\napplications.websocket?.(scope, receive, send)"
    await write(work, "protocol-type", lines)
    const { code, output } = await run("check 2")
    expect(code).toBe(1)
    expect(output).toContain("✗ A promise that nothing waits for")
    expect(output).toMatch(
      /protocol-type-router\.ts:1\d\n +Nothing waits for this promise/,
    )
    expect(output).toContain("(protocol-type): npm run hint 2 protocol-type")
    expect(output).not.toContain("tasks passed")
  })

  test("sees which task a wrong answer belongs to", async () => {
    const { work, run } = await solved()
    await write(work, "first-match", wrongLines("first-match"))
    const { code, output } = await run("check 2")
    expect(code).toBe(1)
    expect(output).toMatch(
      /✗ The first route that matches \(first-match\)\n {2}if a nested router/,
    )
    for (const label of ["did", "expected", "received", "look at"]) {
      expect(output).toMatch(new RegExp(`^ {4}${label} +\\S`, "m"))
    }
    expect(output).toContain("4 of 5 tasks passed, 1 filled in (first-match)")
    expect(output).toContain("A hint: npm run hint 2 first-match")
    const hint = await run("hint 2")
    expect(hint.output).toContain("The first route that matches (first-match)")
    const task = await run("task 2")
    expect(task.output).toContain("Try the routes in order")
  })

  test("gets no credit for either of two wrong answers", async () => {
    const { work, run } = await solved()
    for (const name of ["convert", "room-name"]) {
      await write(work, name, wrongLines(name))
    }
    const { output } = await run("check 2")
    expect(output).toContain("✗ From text to value (convert)")
    // Kwargs that are not converted are not merged correctly either.
    const filled = "2 of 5 tasks passed, 3 filled in"
    expect(output).toContain(`${filled} (convert, merge-kwargs, room-name)`)
    expect((await run("progress")).output).toContain(filled)
  })

  test("keeps the credit of earlier tasks while improving a later one", async () => {
    const { work, run } = await solved()
    await run("check 2")
    await write(work, "room-name", 'return "half of it')
    const broken = await run("progress")
    expect(broken.output).toContain(
      "4 of 5 tasks passed, 1 filled in, 1 passed before your last change",
    )
    await write(work, "room-name", wrongLines("room-name"))
    const { output } = await run("check 2")
    expect(output).toContain("4 of 5 tasks passed, 1 filled in (room-name)")
  })

  test("loses the credit after a reset, and gets it back after a restore", async () => {
    const { run } = await solved()
    await run("check 2")
    await run("reset 2")
    const reset = await run("progress")
    expect(reset.output).toMatch(
      / {2}2 {2}Routing {3}0 of 5 tasks passed, 5 open/,
    )
    await run("restore 2")
    const restored = await run("progress")
    expect(restored.output).toMatch(/✓ {2}2 {2}Routing {3}5 of 5 tasks passed/)
  })

  test("sees an earlier step only if it has changed", async () => {
    const { work, run } = await solved()
    expect((await run("check 2")).output).toContain("Step 1 still passes")
    expect((await run("check 2")).output).not.toContain("Step 1")
    const file = "01-echo/chat-consumer.ts"
    const text = (await work.read(file)) ?? ""
    await work.write(file, text.replace("{ message }", '{ message: "" }'))
    const { code, output } = await run("check 2")
    expect(code).toBe(1)
    expect(output.indexOf("checks of step 2")).toBeLessThan(
      output.indexOf("Step 1 worked before:\n✗ Send it back (echo)"),
    )
    const last = output.trimEnd().split("\n").at(-1)
    expect(last).toBe("✗ Step 2 is not done: an earlier step fails, see above")
  })

  test("can use another design that keeps what later steps use", async () => {
    const { work, run } = await solved()
    for (const file of ["02-routing/routing.ts", "02-routing/main.ts"]) {
      const text = (await work.read(file)) ?? ""
      await work.write(file, text.replaceAll("websocketUrlpatterns", "routes"))
    }
    const { code, output } = await run("check 2")
    expect(code).toBe(1)
    expect(output).toMatch(
      /Step \d needs more of your step 2: .*'websocketUrlpatterns'/,
    )
    expect(output).toMatch(/where it is used: steps\/0\d-/)
  })

  test("can continue on the finished steps, and go back", async () => {
    const { work, run } = learner()
    await work.layOut(step)
    await work.write("02-routing/path.ts", "// mine\n")
    const line = "learn 3 -- --fresh --once"
    const { output } = await run(line)
    expect(output).toContain("Step 2 is now the finished one. Yours is kept:")
    expect(output).not.toContain("Step 1 is")
    expect(output).toContain("0 of 3 tasks passed")
    const again = await run(line)
    expect(again.output).not.toContain("Step 2 is")
    await run("restore 2")
    expect(await work.read("02-routing/path.ts")).toBe("// mine\n")
  })

  test("can hand in unfinished work", async () => {
    const { work, run } = learner()
    const none = await run("export")
    expect(none.output).toContain("Begin with: npm run learn 1")
    await work.layOut(step)
    const packed = join(ownFolder("work"), "mine.tgz")
    expect((await run(`export ${packed}`)).code).toBe(0)
    const { output } = await Command.run(`tar -tzf ${packed}`)
    expect(output).toContain("02-routing/path.ts")
    expect(output).toContain(".manifest.json")
    expect(output).not.toContain(".saved")
  })

  test("can start over, and get everything back", async () => {
    const { work, run } = learner()
    await work.layOut(step)
    await work.write("02-routing/path.ts", "// mine\n")
    for (const line of ["reset 2", "restore 2"]) {
      expect((await run(line)).code).toBe(0)
    }
    expect(await work.read("02-routing/path.ts")).toBe("// mine\n")
    const { code, output } = await run("restore 2 9")
    expect(code).toBe(1)
    expect(output).toContain("There is no such copy of step 2.")
    const diff = await run("diff 2")
    expect(diff.output).toContain("-// mine")
  })

  test("sees what to begin with", async () => {
    const { run } = learner()
    for (const line of ["check 2", "solve 2", "hint 2", "task 2"]) {
      const { code, output } = await run(line)
      expect(code, line).toBe(1)
      expect(output).toContain("Begin it with: npm run learn 2")
    }
    const learn = await run("learn")
    expect(learn.output).toContain("Which step? For example: npm run learn 1")
  })

  test("can have files with CRLF", async () => {
    const { work, run } = learner()
    await work.layOut(step)
    const path = join(work.path, "02-routing/path.ts")
    const text = await readFile(path, "utf8")
    await writeFile(path, text.replaceAll("\n", "\r\n"))
    await run("solve 2 convert")
    const after = await readFile(path, "utf8")
    expect(after.replaceAll("\r\n", "")).not.toContain("\n")
    expect((await run("check 2")).output).toContain("1 of 5 tasks passed")
  })
})

describe("the loop", { timeout: 120_000 }, () => {
  test("checks again after a save, and Ctrl-C leaves no process", async () => {
    const { work } = learner()
    const command = new Command("npm run learn 2 0", { WORK: work.path })
    await command.printed(/0 of 5 tasks[\s\S]*Listening on[\s\S]*q quit/)
    await work.solve([taskNamed("convert")])
    await command.printed(
      /q quit[\s\S]*✓ From text to value[\s\S]*1 of 5 tasks[\s\S]*q quit/,
    )
    command.signal("SIGINT")
    await command.gone()
  })

  test("takes the next free port when a step runs on its own", async () => {
    const { work } = learner()
    const taken = createServer().listen(0, "127.0.0.1")
    onTestFinished(() => void taken.close())
    await once(taken, "listening")
    const { port } = taken.address() as AddressInfo
    const env = { WORK: work.path, PORT: String(port) }
    const command = new Command("npm run learn 2", env)
    const [, next] = await command.printed(/ is taken, .* uses (\d+)\./)
    expect(Number(next)).toBeGreaterThan(port)
    await command.printed(new RegExp(`Listening on http://localhost:${next}/`))
    command.signal("SIGINT")
    await command.gone()
  })

  test("ends a check when a file is saved", async () => {
    const { work } = await solved()
    // The first save makes a check that never ends.
    await write(work, "convert", "for (;;) {}")
    const command = new Command("npm run learn 2 0", { WORK: work.path })
    await command.printed(/Checking step 2/)
    await write(work, "convert", wrongLines("convert"))
    await command.printed(/✗ From text to value \(convert\)/)
    expect(command.output).not.toContain("endless loop")
    command.signal("SIGINT")
    await command.gone()
  })
})
