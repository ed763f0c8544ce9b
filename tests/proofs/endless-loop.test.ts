import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { setImmediate } from "node:timers/promises"
import { expect, onTestFinished, test } from "vitest"
import { type ChecksRun, runChecks } from "../../workbook/checks/run-checks.ts"
import { layOut } from "../../workbook/course/lay-out.ts"
import { root } from "../../workbook/folders.ts"
import { ownFolder } from "../support/own-folder.ts"

const step = "01-echo"

/** Enough time for the checks to reach the loop. */
const deadlineMs = 8_000

/** Writes down the ids of processes. */
const note = `import { renameSync, writeFileSync } from "node:fs"
const file = import.meta.filename + ".pids"
function note(...pids) {
  writeFileSync(file + ".half", pids.join(" "))
  renameSync(file + ".half", file)
}
`

/** Starts a process with its own group, as checks do that start a Redis. */
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
  /** Resolves when none of the processes that the file noted is left. */
  gone(): Promise<void>
}

/** Begins checks of a step that loops.
 * @param before what the step does first: it notes processes */
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

test("checks that never end fail, and leave no process behind", async () => {
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

test("checks that another program kills end with a sentence", async () => {
  const { run, gone } = await checkLoop(killsParent)
  await expect(run).rejects.toThrow(/^The checks were ended by SIGKILL\.$/)
  await gone()
})
