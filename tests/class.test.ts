import { mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { createTar, parseTarGzip } from "nanotar"
import { describe, expect, test } from "vitest"
import { filesOf, readCourse, tasksIn } from "../workbook/course/course.ts"
import { root } from "../workbook/folders.ts"
import { recordChecks, taskCodes } from "../workbook/learner/progress.ts"
import { isProgressReport } from "../workbook/learner/report.ts"
import { WorkFolder } from "../workbook/learner/work-folder.ts"
import { findStep, listSteps } from "../workbook/steps.ts"
import { archiveOf, Classroom, reportOf } from "./support/classroom.ts"
import { Command } from "./support/command.ts"
import { ownFolder } from "./support/own-folder.ts"

const leftOut = `
Left out bomb.tgz: it unpacks to more than 64 MB. An export is much smaller.
Left out broken.json: its JSON is broken. Copy it again.
Left out cut-inside.tgz: it is cut off in the middle. Copy it again.
Left out cut.tgz: it is cut off in the middle. Copy it again.
Left out damaged.tgz: it is damaged. Copy it again.
Left out empty.tgz: it is empty.
Left out endless.tgz: it is not an archive of npm run export. Ask for a new one.
Left out folder.tgz: it is a folder. Put its files beside the others.
Left out global.tgz: it has no progress.json. Ask for a new one, made by npm run export.
Left out huge.json: it is larger than 20 MB. An export is much smaller.
Left out letter.txt: its name does not end with .tgz, .tar.gz or .json.
Left out lost.tgz: it cannot be read (ENOENT).
Left out no-report.tgz: it has no progress.json. Ask for a new one, made by npm run export.
Left out not-gzip.tgz: it is not an archive of npm run export. Ask for a new one.
Left out other-course.json: it has none of this workbook's tasks.
Left out other.json: it is not the report of this version of the workbook. Ask for a new one.
Left out packed-text.tgz: it is not an archive of npm run export. Ask for a new one.
Left out pipe.tgz: it is not a file.
Left out shape.tgz: it is not the report of this version of the workbook. Ask for a new one.
`

describe("npm run class", () => {
  test("shows where each learner is, and where most learners are stuck", async () => {
    const room = new Classroom()
    room.put("ann.tgz", { at: "02-routing/convert", hints: 3 })
    room.put("ben.tgz", { at: "02-routing/convert" })
    room.put("cem.tgz", { at: "02-routing/convert", hints: 1 })
    room.put("dora.tar.gz", { at: "03-pages/json-script", hints: 2 })
    room.put("emil.json", { at: "03-pages/json-script", hints: 1 })
    room.put("fay.tgz", { at: "01-echo/dispatch" })
    room.put("gus.json", {})
    room.put("hana.tgz", { at: "07-history/store", hints: 1 })
    room.put("ida.tgz", { at: "05-redis/publish", leftOut: ["03-pages"] })
    room.put("jan.TGZ", { at: "04-groups/listen" })
    room.put("Jürgen.json", { at: "04-groups/join", hints: 3 })
    room.put("kim.tgz", { at: "06-accounts/origin" })
    const { code, output } = await room.shown()
    // A page for instructors shows this file.
    const golden = join(root, "docs/golden/class.txt")
    await expect(output).toMatchFileSnapshot(golden)
    expect(code).toBe(0)
  })

  test("cuts a long name, and lists only learners with open tasks as stuck", async () => {
    const room = new Classroom()
    room.put(`${"long-".repeat(8)}name.tgz`, {})
    room.put("ann.tgz", {})
    const { output } = await room.shown()
    expect(output).toMatch(/^long-long-long-long-lon… {2}4\/4 /m)
    expect(output).toMatch(/^ann {23}4\/4 /m)
    expect(output).not.toContain("Stuck most")
  })

  test("names every file that cannot be read, and shows the others", async () => {
    const room = new Classroom()
    const report = reportOf({})
    const whole = archiveOf(report)
    const tar = createTar([{ name: "./progress.json", data: "{}" }])
    room.put("ann.tgz", {})
    room.put("ben.json", { at: "02-routing/convert" })
    room.put("bomb.tgz", gzipSync(Buffer.alloc(200 * 2 ** 20)))
    room.put("broken.json", '{"version": 2, "steps": [')
    room.put("cut.tgz", whole.subarray(0, whole.length / 2))
    room.put("cut-inside.tgz", gzipSync(cutInside(tar)))
    room.put("damaged.tgz", damaged(whole))
    room.put("empty.tgz", "")
    room.put("endless.tgz", gzipSync(withSize(tar, "-0000001000")))
    room.put("global.tgz", gzipSync(withType(tar, "g")))
    room.put("huge.json", Buffer.alloc(20 * 2 ** 20 + 1, " "))
    room.put("letter.txt", "Dear instructor")
    room.put("no-report.tgz", archiveOf(report, "./.progress.json"))
    room.put("not-gzip.tgz", "Dear instructor")
    room.put("other.json", JSON.stringify({ ...report, version: 1 }))
    room.put("other-course.json", JSON.stringify({ ...report, steps: [] }))
    room.put("packed-text.tgz", gzipSync("Dear instructor".repeat(100)))
    room.put("shape.tgz", archiveOf({ version: 2, time: "", steps: [{}] }))
    room.put(".hidden.tgz", "")
    mkdirSync(join(room.folder, "folder.tgz"))
    await Command.run(`mkfifo ${join(room.folder, "pipe.tgz")}`)
    symlinkSync("nowhere", join(room.folder, "lost.tgz"))
    const { code, output } = await room.shown()
    expect(code).toBe(0)
    expect(output).toMatch(/^ann .*all tasks passed$/m)
    expect(output).toMatch(/^ben .*02-routing\/convert$/m)
    const left = output.match(/^Left out .*\n/gm) ?? []
    expect(left.join("")).toBe(leftOut.slice(1))
  })

  test("fails if it cannot read any file", async () => {
    const room = new Classroom()
    room.put("ann.tgz", "Dear instructor")
    const { code, output } = await room.shown()
    expect(code).toBe(1)
    expect(output).toContain("Left out ann.tgz: it is not an archive")
    expect(output).toContain(`No file in ${room.folder} can be read.`)
  })

  test.each([
    ["", "Which folder? For example: npm run class handed-in"],
    ["nowhere", "There is no folder nowhere. Make it, and put in it"],
    ["package.json", "package.json is a file. Name the folder that it is in."],
    ["docs --json --csv", "Choose one of --json and --csv."],
  ])("class %s says what is wrong", async (words, sentence) => {
    const line = `node workbook/run.cjs class ${words}`
    const { code, output } = await Command.run(line)
    expect(code).toBe(1)
    expect(output).toContain(sentence)
    expect(output.trim().split("\n")).toHaveLength(1)
  })

  test("says what to put in an empty folder", async () => {
    const { code, output } = await new Classroom().shown()
    expect(code).toBe(1)
    expect(output).toMatch(/^The folder \S+ is empty\. .*npm run export\n$/)
  })

  test("counts only the newest file of a learner, and says so", async () => {
    const room = new Classroom()
    const time = "2026-11-26T09:00:00Z"
    room.put("ann.tgz", { at: "02-routing/convert" })
    room.put("ann.json", { at: "03-pages/json-script", time })
    room.put("ben.tgz", { at: "04-groups/join", time: "yesterday" })
    room.put("ben.json", { at: "05-redis/publish" })
    room.date("ann.tgz", "2026-12-24T00:00:00Z")
    room.date("ben.tgz", "2026-12-24T00:00:00Z")
    room.put("cem.tgz", { at: "02-routing/convert" })
    room.put("cem.json", "{")
    const { output } = await room.shown()
    expect(output).toMatch(/^ann .*03-pages\/json-script$/m)
    expect(output).toMatch(/^ben .*04-groups\/join$/m)
    expect(output).toMatch(/^cem .*02-routing\/convert$/m)
    expect(output.match(/^Left out .*/gm)).toEqual([
      "Left out ann.tgz: ann.json is newer, and counts.",
      "Left out ben.json: ben.tgz is newer, and counts.",
      "Left out cem.json: its JSON is broken. Copy it again.",
    ])
  })

  test.each(["", "--json", "--csv"])(
    "prints no escape sequence from a learner %s",
    async (options) => {
      const room = new Classroom()
      const evil = "\x1b]0;owned\x07\x1b[2J\u202e\x9b31m\n\r"
      const report = JSON.stringify(reportOf({ at: "02-routing/convert" }))
      const titled = report.replaceAll(/"title":"/g, `$&\\u001b[2J\\u202e`)
      room.put(`a${evil}.json`, titled)
      room.put(`b${evil}.tgz`, archiveOf(JSON.parse(titled)))
      room.put(`c${evil}.tgz`, evil)
      const ids = report.replaceAll("02-routing/", "\\u001b[2J/")
      room.put("d.json", ids.replace('"time":"', '"time":"\\u001b[2J'))
      const { code, output } = await room.shown(options)
      expect(code).toBe(0)
      expect(output.replace("\ufeff", "")).not.toMatch(
        options === "--csv"
          ? /(?!\r?\n)[\p{Cc}\p{Bidi_Control}]/u
          : /(?!\n)[\p{Cc}\p{Bidi_Control}]/u,
      )
      expect(output).toContain("02-routing/convert")
    },
  )

  test("writes no formula into a spreadsheet", async () => {
    const room = new Classroom()
    const names = ["=1+1", "+1", "-1", "@a", " =1", '"x", y', "it's", "＝1"]
    for (const name of names) room.put(`${name}.json`, {})
    room.put("ann.json", { at: "02-routing/merge-kwargs", hints: 2 })
    const { code, output } = await room.printed("--csv")
    expect(code).toBe(0)
    const [head, ...rows] = output.trim().split("\r\n")
    expect(output.startsWith("\ufefflearner,01-echo (of 4),")).toBe(true)
    expect(head).toMatch(/\(of \d\),task,title,hints,time,file$/)
    const rest = ",".repeat(listSteps().length - 1)
    expect(rows).toContain(
      `ann,4,1${rest}02-routing/merge-kwargs,What the routes have found,2,` +
        "2026-11-26T08:00:00.000Z,ann.json",
    )
    const all = rows.filter((row) => /,4,5,3[\d,]*,,,,2026-/.test(row))
    const fields = all.map((row) => row.split(",4,5,")[0])
    expect(fields.sort()).toEqual([
      '"""x"", y"',
      "' =1",
      "'+1",
      "'-1",
      "'=1+1",
      "'@a",
      "'＝1",
      "it's",
    ])
    expect(output).toMatch(/,'=1\+1\.json$/m)
  })

  test("prints everything for a program with --json", async () => {
    const room = new Classroom()
    room.put("ann.tgz", { at: "02-routing/merge-kwargs", hints: 2 })
    room.put("ben.json", {})
    room.put("cem.json", "{")
    const { output } = await room.printed("--json")
    const { learners, stuck, leftOut } = JSON.parse(output)
    expect(learners[0]).toMatchObject({
      learner: "ann",
      file: "ann.tgz",
      time: "2026-11-26T08:00:00.000Z",
      at: { id: "02-routing/merge-kwargs", hints: 2 },
    })
    expect(learners[0].steps[1]).toEqual({
      step: "02-routing",
      passed: 1,
      of: 5,
      isBegun: true,
    })
    expect(learners[1].at).toBeNull()
    expect(stuck).toMatchObject([
      { id: "02-routing/merge-kwargs", learners: 1, hints: 2 },
    ])
    expect(leftOut).toHaveLength(1)
  })

  test("reads a file that a shell wrote: UTF-16, with npm's own lines", async () => {
    const room = new Classroom()
    const report = JSON.stringify(reportOf({ at: "02-routing/convert" }))
    const lines = "\n> channels-workbook@0.1.0 progress\n> node x\n\n"
    room.put("ann.json", Buffer.from(`\ufeff${lines}${report}\r\n`, "utf16le"))
    room.put("ben.json", `\ufeff${report}`)
    room.put("cem.json", `${lines}${report}\n`)
    const { output } = await room.shown()
    expect(output.match(/02-routing\/convert$/gm)).toHaveLength(4)
    expect(output).not.toContain("Left out")
  })
})

describe("npm run export", () => {
  const tasks = readCourse(root)

  async function work(): Promise<WorkFolder> {
    return new WorkFolder(join(ownFolder("work"), "work"), tasks)
  }

  function run(WORK: string, file: string) {
    const line = `"${process.execPath}" workbook/run.cjs export "${file}"`
    return Command.run(line, { WORK, PATH: "/nowhere" })
  }

  test("packs what npm run class reads, without tar", async () => {
    const mine = await work()
    const step = findStep("2")
    await mine.layOut(step)
    const hints = { "02-routing/merge-kwargs": 2 }
    await mine.write(".progress.json", JSON.stringify({ hints }))
    const own = tasksIn(step, tasks)
    await mine.solve(own.slice(0, 1))
    const codes = [...(await taskCodes(mine, step, own))].slice(0, 1)
    await recordChecks(mine, step, { tasks: new Map(codes) })
    const room = new Classroom()
    const { code } = await run(mine.path, join(room.folder, "ann.tgz"))
    expect(code).toBe(0)
    const { output } = await room.printed("--json")
    const { at, steps } = JSON.parse(output).learners[0]
    expect(at).toMatchObject({ id: "02-routing/merge-kwargs", hints: 2 })
    expect(steps[1]).toMatchObject({ passed: 1, of: 5, isBegun: true })
  })

  test("packs the work and its report, but no copies", async () => {
    const mine = await work()
    await mine.layOut(findStep("1"))
    await mine.saved.keep("01-echo")
    const others = [
      ".lock-1",
      ".types.json",
      ".half-1",
      "node_modules/ws/index.js",
      "01-echo/node_modules/ws/index.js",
      "progress.json",
    ]
    for (const file of others) await mine.write(file, "{}")
    await mine.write("01-echo/empty.ts", "")
    await mine.write("01-echo/own/deep/ä.ts", "// ä\n")
    symlinkSync("/etc/hosts", join(mine.path, "link.ts"))
    // Beside the folder, with a name that begins with the folder's.
    const file = `${mine.path}.tgz`
    expect((await run(mine.path, file)).code).toBe(0)
    const parts = await parseTarGzip(readFileSync(file))
    const [first] = parts
    expect(first?.name).toBe("./progress.json")
    expect(isProgressReport(JSON.parse(first?.text ?? ""))).toBe(true)
    const names = parts.slice(1).map(({ name }) => name)
    const own = [".manifest.json", "AGENTS.md", "todo.ts"]
    const wanted = [...filesOf(mine.path, "01-echo"), ...own]
      .filter((file) => !others.includes(file))
      .map((file) => `./${file}`)
    expect(names.sort()).toEqual(wanted.sort())
    expect(names).toContain("./01-echo/empty.ts")
    expect(names).toContain("./01-echo/own/deep/ä.ts")
  })

  test("makes an archive that tar can read", async () => {
    const mine = await work()
    await mine.layOut(findStep("1"))
    await mine.write("01-echo/own/ä.ts", "// ä\n")
    const file = `${mine.path}.tgz`
    await run(mine.path, file)
    const target = ownFolder("unpacked")
    const unpack = await Command.run(`tar -xzf ${file} -C ${target}`)
    expect(unpack).toEqual({ code: 0, output: "" })
    const there = new WorkFolder(target, tasks)
    for (const name of ["01-echo/own/ä.ts", "01-echo/main.ts", "todo.ts"]) {
      expect(await there.read(name)).toBe(await mine.read(name))
    }
  })

  test("packs a folder with hardly any files", async () => {
    const mine = await work()
    await mine.write(".manifest.json", "{}")
    const file = `${mine.path}.tgz`
    expect((await run(mine.path, file)).code).toBe(0)
    const parts = await parseTarGzip(readFileSync(file))
    expect(parts.map(({ name }) => name)).toEqual([
      "./progress.json",
      "./.manifest.json",
    ])
  })

  test("keeps the old file if it cannot pack", async () => {
    const mine = await work()
    await mine.layOut(findStep("1"))
    const file = `${mine.path}.tgz`
    await run(mine.path, file)
    const before = readFileSync(file)
    await mine.write(`01-echo/${"long".repeat(30)}.ts`, "")
    const { code, output } = await run(mine.path, file)
    expect(code).toBe(1)
    expect(output).toMatch(/^The path of work\/01-echo\/long\S+ is too long/)
    expect(readFileSync(file).equals(before)).toBe(true)
    const beside = readdirSync(join(mine.path, ".."))
    expect(beside.sort()).toEqual(["work", "work.tgz"])
  })

  test("refuses to write the archive into the folder itself", async () => {
    const mine = await work()
    await mine.layOut(findStep("1"))
    const file = join(mine.path, "mine.tgz")
    const { code, output } = await run(mine.path, file)
    expect(code).toBe(1)
    expect(output).toContain("outside of work/")
  })
})

/** Makes the first file longer than the whole archive. */
function cutInside(tar: Uint8Array): Uint8Array {
  return withSize(tar, "00007777777")
}

function withSize(tar: Uint8Array, octal: string): Uint8Array {
  const copy = Buffer.from(tar)
  copy.write(octal, 124, "latin1")
  return copy
}

function withType(tar: Uint8Array, type: string): Uint8Array {
  const copy = Buffer.from(tar)
  copy.write(type, 156, "latin1")
  return copy
}

/** Changes some bytes in the middle. */
function damaged(bytes: Uint8Array): Uint8Array {
  const copy = Buffer.from(bytes)
  copy.fill(0xff, 200, 208)
  return copy
}
