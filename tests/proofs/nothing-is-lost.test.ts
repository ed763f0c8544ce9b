import { existsSync, watch } from "node:fs"
import { mkdir, readdir, readFile, rm } from "node:fs/promises"
import { basename, join } from "node:path"
import { describe, expect, onTestFinished, test } from "vitest"
import { filesOf, readCourse } from "../../workbook/course/course.ts"
import { withoutMarkers } from "../../workbook/course/regions.ts"
import { root } from "../../workbook/folders.ts"
import { shownHints } from "../../workbook/learner/progress.ts"
import { WorkFolder } from "../../workbook/learner/work-folder.ts"
import { findStep, listSteps } from "../../workbook/steps.ts"
import { Command } from "../support/command.ts"
import { ownFolder } from "../support/own-folder.ts"

const tasks = readCourse(root)
const steps = join(root, "steps")

/** A finished file, without the lines that only the site needs. */
async function finished(name: string): Promise<string> {
  const own = tasks.filter(({ region }) => region.file === name)
  const text = await readFile(join(steps, name), "utf8")
  return withoutMarkers(
    text,
    own.map((task) => task.name),
  )
}

async function emptyWork(): Promise<WorkFolder> {
  return new WorkFolder(ownFolder("work"), tasks)
}

describe("nothing is ever lost:", { timeout: 90_000 }, () => {
  const own = "// my own work\n"
  const file = "02-routing/url-router.ts"
  const step = findStep("2")

  test("written work stays when a step is laid out again", async () => {
    const work = await emptyWork()
    await work.layOut(step)
    for (const mine of [file, "AGENTS.md"]) await work.write(mine, own)
    await work.layOut(step)
    await work.layOut(findStep("3"))
    for (const mine of [file, "AGENTS.md"]) {
      expect(await work.read(mine)).toBe(own)
    }
  })

  test("even in a step that was laid out for a later one", async () => {
    const work = await emptyWork()
    await work.layOut(findStep("3"))
    expect(await work.holes(step)).toEqual([])
    await work.write(file, own)
    await work.layOut(step)
    expect(await work.read(file)).toBe(own)
    expect((await work.holes(step)).map(({ name }) => name)).toEqual([
      "convert",
      "protocol-type",
      "room-name",
    ])
  })

  test("an untouched file is updated with the workbook, including its holes", async () => {
    const work = await emptyWork()
    await work.layOut(step)
    const starter = (await work.read(file)) ?? ""
    const old = `${starter}// an older version\n`
    await work.write(file, old)
    const manifest = (await work.read(".manifest.json")) ?? ""
    const { createHash } = await import("node:crypto")
    const hash = (text: string) =>
      createHash("sha256").update(text).digest("hex")
    await work.write(
      ".manifest.json",
      manifest.replace(hash(starter), hash(old)),
    )
    await work.layOut(step)
    expect(await work.read(file)).toBe(starter)
  })

  test("reset keeps a copy, and restore brings it back", async () => {
    const work = await emptyWork()
    await work.layOut(step)
    await work.write(file, own)
    await work.write("02-routing/mine.ts", own)
    await rm(join(work.path, "02-routing/main.ts"))
    await work.reset(step)
    expect(await work.read(file)).toContain('todo("02-routing/first-match")')
    expect(await work.read("02-routing/mine.ts")).toBeUndefined()
    const [newest] = await work.saved.list(step.name)
    if (!newest) throw new Error("nothing was saved")
    await work.restore(step, newest)
    expect(await work.read(file)).toBe(own)
    expect(await work.read("02-routing/mine.ts")).toBe(own)
    expect(await work.saved.list(step.name)).toHaveLength(2)
  })

  test("restored files stay, even if they equal the finished ones", async () => {
    const work = await emptyWork()
    await work.layOut(step)
    await work.solve(await work.holes(step))
    await work.write("02-routing/main.ts", own)
    await work.refresh(findStep("3"))
    await work.layOut(findStep("3"))
    const [newest] = await work.saved.list(step.name)
    if (!newest) throw new Error("nothing was saved")
    await work.restore(step, newest)
    await work.layOut(step)
    expect(await work.holes(step)).toEqual([])
    expect(await work.read("02-routing/main.ts")).toBe(own)
  })

  test("solve keeps a copy, and changes only the hole", async () => {
    const work = await emptyWork()
    await work.layOut(step)
    const before = `${await work.read(file)}${own}`
    await work.write(file, before)
    const task = tasks.find(({ name }) => name === "merge-kwargs")
    if (!task) throw new Error("no such task")
    await work.solve([task])
    const solved = (await work.read(file)) ?? ""
    expect(solved.endsWith(own)).toBe(true)
    expect(solved).toContain('todo("02-routing/first-match")')
    const [newest] = await work.saved.list(step.name)
    const copy = join(work.path, ".saved", newest ?? "", "url-router.ts")
    expect(await readFile(copy, "utf8")).toBe(before)
  })

  test("solving several tasks keeps one copy, and solving none keeps none", async () => {
    const work = await emptyWork()
    const WORK = work.path
    await work.layOut(step)
    const before = `${await work.read(file)}${own}`
    await work.write(file, before)
    const first = await Command.run("npm run solve 2", { WORK })
    expect(first.output).toContain("Your version is kept.")
    expect(await work.holes(step)).toEqual([])
    for (const line of ["solve 2", "solve 2 first-match"]) {
      const { output } = await Command.run(`npm run ${line}`, { WORK })
      expect(output).toContain("Nothing to fill in.")
    }
    expect(await work.saved.list(step.name)).toHaveLength(1)
    await Command.run("npm run restore 2", { WORK })
    expect(await work.read(file)).toBe(before)
    expect(await work.holes(step)).toHaveLength(5)
  })

  test("if one of several tasks cannot be solved, none is", async () => {
    const work = await emptyWork()
    await work.layOut(step)
    const before = await work.read(file)
    await work.write("02-routing/room-name.ts", own)
    const all = tasks.filter((task) => task.step.number === 2)
    await expect(work.solve(all)).rejects.toThrow(/no longer has the lines/)
    expect(await work.read(file)).toBe(before)
    expect(await work.saved.list(step.name)).toEqual([])
  })

  test("a step with all tasks solved is the finished step", async () => {
    const work = await emptyWork()
    await work.layOut(step)
    await work.solve(await work.holes(step))
    for (const name of filesOf(steps, step.name)) {
      expect(await work.read(name)).toBe(await finished(name))
    }
  })

  test("a starter marks tasks, but not the regions that only the site shows", async () => {
    const work = await emptyWork()
    await work.layOut(findStep("7"))
    const names = listSteps().flatMap(({ name }) => filesOf(steps, name))
    for (const name of names) {
      const text = (await work.read(name)) ?? ""
      for (const [, region = ""] of text.matchAll(/\/\/ #region (\S+)/g)) {
        expect(tasks.map((task) => task.name)).toContain(region)
      }
    }
  })

  test.each(["", "{", "null", "[]", '{"02-routing/path.ts": 1}'])(
    "a broken .manifest.json is renamed, and all files count as the learner's: %s",
    async (broken) => {
      const work = await emptyWork()
      await work.layOut(step)
      await work.solve(await work.holes(step))
      await work.write(".manifest.json", broken)
      // The solved file is now the same as the one that this would lay out.
      await work.layOut(findStep("3"))
      await work.layOut(step)
      expect(await work.holes(step)).toEqual([])
      expect(await asides(work, ".manifest.json")).toEqual([broken])
      await work.reset(step)
      expect(await work.holes(step)).toHaveLength(5)
    },
  )

  test("a deleted .manifest.json changes no file", async () => {
    const work = await emptyWork()
    await work.layOut(step)
    await work.solve(await work.holes(step))
    await rm(join(work.path, ".manifest.json"))
    await work.layOut(findStep("3"))
    await work.layOut(step)
    expect(await work.holes(step)).toEqual([])
  })

  test("a folder that cannot be made is reported in a sentence", async () => {
    const line = "npm run learn 2 -- --once"
    const { code, output } = await Command.run(line, { WORK: "/dev/null/work" })
    expect(code).toBe(1)
    expect(output).toContain("The folder for your work cannot be made: ENOTDIR")
  })

  test.each([
    "",
    "{",
    '{"passed": 5}',
    '{"steps": null}',
    '{"hints": null}',
    '{"hints": {"02-routing/path": -1}}',
  ])("a broken .progress.json is renamed: %s", async (broken) => {
    const work = await emptyWork()
    await work.layOut(step)
    await work.write(".progress.json", broken)
    expect(await shownHints(work)).toEqual({})
    expect(await asides(work, ".progress.json")).toEqual([broken])
  })

  test("a broken file is reported in one line, and the command continues", async () => {
    const work = await emptyWork()
    const WORK = work.path
    await work.layOut(step)
    for (const file of [".progress.json", ".manifest.json"]) {
      await work.write(file, "{")
    }
    const hint = await Command.run("npm run hint 2", { WORK })
    expect(hint.output).toContain("work/.progress.json is broken: it is now")
    expect(hint.output).toContain("Hint 1 of 3: ")
    const reset = await Command.run("npm run reset 2", { WORK })
    expect(reset.output).toContain("work/.manifest.json is broken: it is now")
    expect([hint.code, reset.code]).toEqual([0, 0])
    expect(hint.output + reset.output).not.toMatch(/^ +at /m)
  })

  test("a deleted todo.ts is laid out again by the next check", async () => {
    const work = await emptyWork()
    const WORK = work.path
    await work.layOut(step)
    await rm(join(WORK, "todo.ts"))
    const { output } = await Command.run("npm run check 2", { WORK })
    expect(output).toContain("0 of 5 tasks passed, 5 open")
    expect(await work.read("todo.ts")).toContain("export function todo")
  })

  test("two terminals can lay out the same step at once", async () => {
    const work = await emptyWork()
    await Promise.all([1, 2, 3].map(() => work.layOut(step)))
    expect(await work.holes(step)).toHaveLength(5)
    expect(await halves(work)).toEqual([])
  })

  test("several terminals can change the same step at once", async () => {
    const work = await emptyWork()
    const WORK = work.path
    await work.layOut(step)
    const names = ["first-match", "merge-kwargs", "room-name"]
    const lines = ["reset 2", ...names.map((name) => `solve 2 ${name}`)]
    // The lock of a killed command does not keep others waiting.
    const dead = new Command("exec true")
    await dead.finished()
    await work.write(".lock", `${dead.pid} some-token`)
    const all = await Promise.all(
      lines.map((it) => Command.run(`node workbook/run.cjs ${it}`, { WORK })),
    )
    for (const { code, output } of all) expect(code, output).toBe(0)
    const solves = lines.slice(1).map((it) => {
      return Command.run(`node workbook/run.cjs ${it}`, { WORK })
    })
    await Promise.all(solves)
    const left = (await work.holes(step)).map(({ name }) => name)
    expect(left).toEqual(["convert", "protocol-type"])
    const files = await readdir(WORK)
    expect(files.filter((name) => name.startsWith(".lock"))).toEqual([])
  })

  test("kill -9 leaves only whole files, and the next run continues", async () => {
    const work = await emptyWork()
    const later = findStep("7")
    const mine = "01-echo/chat-consumer.ts"
    for (const seen of [".manifest.json", "03-pages", "06-accounts"]) {
      await killWhen(work, seen)
      for (const { name } of listSteps().filter((it) => it.number < 7)) {
        const files = existsSync(join(work.path, name))
          ? filesOf(work.path, name).filter((it) => !it.includes("/.half-"))
          : []
        for (const file of files.filter((it) => it !== mine)) {
          expect(await work.read(file)).toBe(await finished(file))
        }
      }
      await work.write(mine, own)
    }
    await work.layOut(later)
    const manifest = JSON.parse((await work.read(".manifest.json")) ?? "")
    expect(await work.read(mine)).toBe(own)
    for (const { name } of listSteps().filter((it) => it.number < 7)) {
      for (const file of filesOf(steps, name).filter((it) => it !== mine)) {
        expect(await work.read(file)).toBe(await finished(file))
        expect(manifest).toHaveProperty([file])
      }
    }
    expect(filesOf(work.path, later.name)).toEqual(filesOf(steps, later.name))
    const all = tasks.filter(({ step }) => step.number === 7)
    expect(await work.holes(later)).toEqual(all)
  })

  /** Kills a command that lays out step 7, as soon as a file appears. */
  async function killWhen({ path }: WorkFolder, seen: string): Promise<void> {
    await mkdir(path, { recursive: true })
    await rm(join(path, seen), { recursive: true, force: true })
    const watcher = watch(path)
    onTestFinished(() => watcher.close())
    const there = new Promise<void>((resolve) => {
      watcher.on("change", (_type, name) => {
        if (name === seen && existsSync(join(path, seen))) resolve()
      })
    })
    const command = new Command("exec node workbook/run.cjs learn 7 --once", {
      WORK: path,
    })
    const ended = command.finished().then(({ output }) => {
      throw new Error(`It has not reached ${seen}:\n${output}`)
    })
    ended.catch(() => {}) // killed in time
    await Promise.race([there, ended])
    command.signal("SIGKILL")
    await command.gone()
  }
})

describe("a step with one task", { timeout: 90_000 }, () => {
  const step = findStep("2")
  const all = tasks.filter((task) => task.step.number === 2)
  const names = all.map(({ name }) => name)

  async function open(work: WorkFolder): Promise<string[]> {
    return (await work.holes(step)).map(({ name }) => name)
  }

  test("gets its other tasks later, including those in the same file", async () => {
    const work = await emptyWork()
    await work.layOut(step, "first-match")
    expect(await open(work)).toEqual(["first-match"])
    await work.layOut(step)
    expect(await open(work)).toEqual(names)
  })

  test("keeps only that task when a later step is laid out", async () => {
    const work = await emptyWork()
    await work.layOut(step, "first-match")
    await work.layOut(findStep("3"))
    expect(await open(work)).toEqual(["first-match"])
  })

  test("can be made from an untouched step", async () => {
    const work = await emptyWork()
    await work.layOut(step)
    await work.layOut(step, "first-match")
    expect(await open(work)).toEqual(["first-match"])
  })

  test("never undoes what was filled in", async () => {
    const work = await emptyWork()
    await work.layOut(step)
    const solved = all.find(({ name }) => name === "merge-kwargs")
    if (!solved) throw new Error("no such task")
    await work.solve([solved])
    // Now the file is the same as one that is laid out for this task alone.
    await work.layOut(step, "first-match")
    expect(await open(work)).toEqual(["first-match"])
    await work.layOut(step)
    const left = names.filter((name) => name !== "merge-kwargs")
    expect(await open(work)).toEqual(left)
  })

  test("names the other tasks that a changed file keeps, and says what to do", async () => {
    const work = await emptyWork()
    const WORK = work.path
    await work.layOut(step)
    const file = "02-routing/room-name.ts"
    const text = `${await work.read(file)}// mine\n`
    await work.write(file, text)
    const line = "npm run learn 2 -- --task first-match --once"
    const { output } = await Command.run(line, { WORK })
    expect(output).toContain(
      "Files that you have changed keep their other tasks: room-name. " +
        "To have one done for you: npm run solve 2 room-name\n",
    )
    expect(await work.read(file)).toBe(text)
    expect((await open(work)).sort()).toEqual(["first-match", "room-name"])
    await Command.run("npm run solve 2 room-name", { WORK })
    const again = await Command.run(line, { WORK })
    expect(again.output).toContain(", 1 open (first-match)")
    expect(again.output).not.toContain("Files that you have changed")
  })
})

/** Files that were still being written, in any folder. */
async function halves(work: WorkFolder): Promise<string[]> {
  const left = await readdir(work.path, { recursive: true })
  return left.filter((path) => basename(path).startsWith(".half"))
}

/** The contents of each broken file that was renamed. */
async function asides(work: WorkFolder, file: string): Promise<string[]> {
  const names = await readdir(work.path)
  const own = names.filter((name) => name.startsWith(`${file}.broken-`))
  return Promise.all(own.map((it) => readFile(join(work.path, it), "utf8")))
}
