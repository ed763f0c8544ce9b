import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { readFile, rm } from "node:fs/promises"
import { join } from "node:path"
import { CommandError } from "../command-error.ts"
import { root as workbook } from "../folders.ts"
import { endTree } from "../processes/end-tree.ts"
import { scratchFolder } from "../scratch-folder.ts"

/** In ms: the longest checks take 40 s, on a busy machine three times that. */
const longest = 180_000

export interface Failure {
  /** The check's name, with those of its groups. */
  readonly check: string
  readonly message: string
}

export interface ChecksRun {
  /** How many checks ran to their end, failed ones included. */
  readonly count: number
  readonly failures: readonly Failure[]
}

export interface RunChecksOptions {
  /** The workbook with the checks. */
  readonly root: string
  /** "04-groups" */
  readonly step: string
  /** The folder under test. */
  readonly stepsFolder: string
  /** Stop at the first failure. */
  readonly bail?: boolean
  /** In ms: checks that are not at their end by then are ended, and that is
   * their failure. Three minutes without it. */
  readonly deadline?: number
}

interface VitestRun {
  readonly printed: string
  readonly isLate: boolean
  /** What ended it, if it did not end by itself. */
  readonly signal: NodeJS.Signals | null
}

interface JsonReport {
  readonly testResults: readonly {
    readonly message: string
    readonly assertionResults: readonly {
      readonly fullName: string
      readonly status: string
      readonly failureMessages: readonly string[]
    }[]
  }[]
}

/** Runs the checks of one step over a folder.
 * @throws CommandError if somebody else ended them
 * @throws Error with what the runner printed, if it left no report */
export async function runChecks(options: RunChecksOptions): Promise<ChecksRun> {
  const folder = scratchFolder(workbook, "checks")
  const report = join(folder, "report.json")
  const { step, deadline = longest } = options
  try {
    const run = await runVitest(options, report, deadline)
    if (run.isLate) return lateRun(step, deadline)
    const text = await readFile(report, "utf8").catch(() => undefined)
    if (text !== undefined) return summarize(JSON.parse(text))
    if (run.signal) {
      throw new CommandError(`The checks were ended by ${run.signal}.`)
    }
    const printed = run.printed.trim() || "The runner printed nothing."
    throw new Error(`The checks did not run:\n${printed}`)
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function runVitest(
  { root, step, stepsFolder, bail }: RunChecksOptions,
  report: string,
  deadline: number,
): Promise<VitestRun> {
  const vitest = join(workbook, "node_modules/vitest/vitest.mjs")
  const words = ["run", `tests/${step}.test.ts`, "--root", root]
  const output = ["--reporter=json", `--outputFile=${report}`]
  const child = spawn(
    process.execPath,
    [vitest, ...words, ...output, ...(bail ? ["--bail=1"] : [])],
    {
      cwd: workbook,
      env: { ...process.env, STEPS: stepsFolder, NO_COLOR: "1" },
      stdio: ["ignore", "pipe", "pipe"],
      detached: process.platform !== "win32", // one group, ended together
    },
  )
  let printed = ""
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      printed += text
    })
  }
  // A worker in an endless loop does not hear that its parent has gone: all of
  // them are killed, also where this process ends first.
  const end = () => endTree(child.pid as number)
  process.on("exit", end)
  let isLate = false
  const late = setTimeout(() => {
    isLate = true
    end()
  }, deadline)
  const signal = await endOf(child, end)
  clearTimeout(late)
  process.off("exit", end)
  return { printed, isLate, signal }
}

/** @param end ends what somebody who killed the process itself left behind
 * @returns the signal that ended it */
async function endOf(
  child: ChildProcess,
  end: () => void,
): Promise<NodeJS.Signals | null> {
  const closed = once(child, "close")
  await once(child, "exit")
  if (child.signalCode) end()
  await closed
  return child.signalCode
}

function lateRun(step: string, deadline: number): ChecksRun {
  const message =
    `The checks did not come to an end within ${deadline / 1_000} s. ` +
    "Is there an endless loop?"
  return { count: 0, failures: [{ check: `the checks of ${step}`, message }] }
}

function summarize({ testResults }: JsonReport): ChecksRun {
  const results = testResults.flatMap((file) => file.assertionResults)
  const ran = results.filter(({ status }) => /passed|failed/.test(status))
  const failed = results.filter(({ status }) => status === "failed")
  const failures = failed.map(({ fullName, failureMessages }) => ({
    check: fullName,
    message: failureMessages.join("\n"),
  }))
  // What fails before the first check, like a server that does not start, is
  // told for the file alone.
  const early = testResults
    .filter(({ message }) => message !== "" && failures.length === 0)
    .map(({ message }) => ({ check: "before the first check", message }))
  return { count: ran.length, failures: [...early, ...failures] }
}
