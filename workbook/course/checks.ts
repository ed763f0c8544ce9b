import { spawn } from "node:child_process"
import { once } from "node:events"
import { readFile, rm } from "node:fs/promises"
import { join } from "node:path"
import { root as workbook } from "../folders.ts"
import { killAtExit } from "../kill-at-exit.ts"
import { scratchFolder } from "../scratch-folder.ts"

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
 * @throws Error with what the runner printed, if it left no report */
export async function runChecks(options: RunChecksOptions): Promise<ChecksRun> {
  const folder = await scratchFolder(workbook, "checks")
  const report = join(folder, "report.json")
  try {
    const printed = await runVitest(options, report)
    const text = await readFile(report, "utf8").catch(() => {
      throw new Error(`The checks did not run:\n${printed}`)
    })
    return summarize(JSON.parse(text))
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function runVitest(
  { root, step, stepsFolder, bail }: RunChecksOptions,
  report: string,
): Promise<string> {
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
    },
  )
  killAtExit(child)
  let printed = ""
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      printed += text
    })
  }
  await once(child, "close")
  return printed
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
