import { on } from "node:events"
import { existsSync, watch } from "node:fs"
import { mkdir, readdir, rm } from "node:fs/promises"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { expect, onTestFinished, test } from "vitest"
import { readCourse } from "../../workbook/course/course.ts"
import { root } from "../../workbook/folders.ts"
import { WorkFolder } from "../../workbook/learner/work-folder.ts"
import { findStep } from "../../workbook/steps.ts"
import { Command } from "../support/command.ts"
import { ownFolder } from "../support/own-folder.ts"

const scratch = join(root, ".data")

test.each([
  ["exits", "process.exit(0)", 0],
  ["fails", 'throw new Error("on purpose")', 1],
])("a process that %s removes its folder", async (_how, end, code) => {
  const url = pathToFileURL(join(root, "workbook/scratch-folder.ts")).href
  const PROGRAM = [
    `const { scratchFolder } = await import("${url}")`,
    'const { writeFileSync } = await import("node:fs")',
    'const folder = scratchFolder(process.cwd(), "gone")',
    'writeFileSync(folder + "/file", "")',
    'console.log("made " + folder)',
    end,
  ].join("\n")
  const run = await Command.run(
    'node --import tsx --input-type=module -e "$PROGRAM"',
    { PROGRAM },
  )
  expect(run.code).toBe(code)
  const [, folder] = /^made (.*)$/m.exec(run.output) ?? []
  if (!folder) throw new Error(run.output)
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  expect(folder.startsWith(join(scratch, "gone-"))).toBe(true)
  expect(existsSync(folder)).toBe(false)
})

test.each([
  ["later steps are compiled", "later"],
  ["checks run", "checks"],
])(
  "quitting while %s leaves no folder behind",
  {
    timeout: 60_000,
  },
  async (_what, name) => {
    const WORK = ownFolder("work")
    const work = new WorkFolder(WORK, readCourse(root))
    await work.layOut(findStep("2"))
    await work.solve(await work.holes(findStep("2")))
    const made = await foldersMade()
    const line = "node workbook/run.cjs learn 2 --no-server"
    const command = new Command(`echo id $$; exec ${line}`, { WORK })
    const [, id = ""] = await command.printed(/^id (\d+)$/m)
    await made(`${name}-${id}-`)
    // As q does: only to the command itself, which has to end the others.
    process.kill(Number(id), "SIGTERM")
    const { code, output } = await command.finished()
    expect(code, output).toBe(0)
    await command.gone()
    const all = await readdir(scratch)
    const left = all.filter((it) => it.includes(`-${id}-`))
    for (const it of left) await rm(join(scratch, it), { recursive: true })
    expect(left).toEqual([])
  },
)

/** From now on, it notes which folders are made.
 * @returns a function that waits for one, by the beginning of its name */
async function foldersMade(): Promise<(begin: string) => Promise<void>> {
  await mkdir(scratch, { recursive: true })
  const watcher = watch(scratch)
  onTestFinished(() => watcher.close())
  const changes = on(watcher, "change")
  return async (begin) => {
    for await (const [, name] of changes) {
      if (String(name).startsWith(begin)) return
    }
  }
}
