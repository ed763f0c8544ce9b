import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { setImmediate } from "node:timers/promises"
import { expect, onTestFinished, test } from "vitest"
import { type ChecksRun, runChecks } from "../../workbook/checks/run-checks.ts"
import { layOut } from "../../workbook/course/lay-out.ts"
import { root } from "../../workbook/folders.ts"
import { ownFolder } from "../support/own-folder.ts"

const step = "01-echo"

/** Enough for the checks to come to the loop. */
const deadlineMs = 8_000

/** Tells who runs it, and whoever else is named. */
const note = `import { renameSync, writeFileSync } from "node:fs"
const file = import.meta.filename + ".pids"
function note(...pids) {
  writeFileSync(file + ".half", pids.join(" "))
  renameSync(file + ".half", file)
}
`

/** Somebody with a group of its own, as some checks start a Redis. */
const withChild = `import { spawn } from "node:child_process"
const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], {
  detached: true,
  stdio: "ignore",
})
note(process.pid, child.pid)`

const killsParent = `note(process.pid)
process.kill(process.ppid, "SIGKILL")`

interface Looping {
  readonly run: Promise<ChecksRun>
  /** Resolves when none of what the file noted is left. */
  gone(): Promise<void>
}

/** Begins checks of a step that loops.
 * @param before what it does first: it notes somebody */
async function checkLoop(before: string): Promise<Looping> {
  const stepsFolder = ownFolder("loop")
  await layOut(root, stepsFolder, [])
  const path = join(stepsFolder, step, "chat-consumer.ts")
  await writeFile(path, `${note}${before}\nfor (;;) {}\n`)
  const noted = async () => {
    const text = await readFile(`${path}.pids`, "utf8")
    return text.split(" ").map(Number)
  }
  const gone = async () => {
    const pids = await noted()
    while (pids.some(isRunning)) await setImmediate()
  }
  onTestFinished(async () => {
    for (const pid of await noted()) {
      if (isRunning(pid)) process.kill(pid, "SIGKILL")
    }
  })
  return { run: runChecks({ root, step, stepsFolder, deadlineMs }), gone }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test("checks that never end are a failure, and leave nothing", async () => {
  const { run, gone } = await checkLoop(withChild)
  const { count, passed, failed } = await run
  expect({ count, passed }).toEqual({ count: 0, passed: [] })
  expect(failed).toMatchObject([
    {
      failure: { received: "no end within 8 s: is there an endless loop?" },
    },
  ])
  await gone()
})

test("checks that somebody kills end with a sentence", async () => {
  const { run, gone } = await checkLoop(killsParent)
  await expect(run).rejects.toThrow(/^The checks were ended by SIGKILL\.$/)
  await gone()
})
