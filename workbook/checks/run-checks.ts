import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { CommandError } from "../command-error.ts"
import { root as workbook } from "../folders.ts"
import { endTree } from "../processes/end-tree.ts"
import {
  beforeChecks,
  type CheckEvent,
  type CheckName,
  type Failure,
} from "./failure.ts"

/** A step's checks that do not end by then are ended. */
const longestMs = 60_000

/** How long a check of a learner's step waits for an answer. */
const patienceMs = 3_000

export interface FailedCheck extends CheckName {
  readonly failure: Failure
  /** From the start of the run until the check had failed. */
  readonly afterMs: number
}

export interface ChecksRun {
  /** How many checks passed. */
  readonly count: number
  /** The tasks of which every check ran and passed. */
  readonly passed: readonly string[]
  /** At most one for each task, and one for what belongs to no task. */
  readonly failed: readonly FailedCheck[]
}

export interface RunChecksOptions {
  /** The workbook with the checks, or a fixture that is laid out like it. */
  readonly root: string
  /** "04-groups" */
  readonly step: string
  /** The folder under test. */
  readonly stepsFolder: string
  /** The task, "04-groups/join", that is to be checked first. */
  readonly first?: string | undefined
  /** Tasks that are not checked, as they are still to be done. */
  readonly open?: readonly string[]
  /** Tasks that are not checked, as they have passed on the same code. */
  readonly known?: readonly string[]
  readonly deadlineMs?: number
  /** Ends the checks; what they have not checked by then is not passed. */
  readonly signal?: AbortSignal | undefined
  onPassed?(task: string): void
  onFailed?(failed: FailedCheck): void
}

/** Runs the checks of one step over a folder.
 * @throws CommandError if another program ended them
 * @throws Error with what the runner printed, if it could not run them */
export async function runChecks(options: RunChecksOptions): Promise<ChecksRun> {
  const run = new Run(options)
  const { deadlineMs = longestMs, signal } = options
  const child = startVitest(options)
  child.on("message", (event: CheckEvent) => run.note(event))
  let printed = ""
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text) => {
      printed += text
    })
  }
  // A worker in an endless loop does not hear that its parent has gone: all of
  // them are killed, also where this process ends first.
  const end = () => endTree(child.pid as number)
  process.on("exit", end)
  const late = AbortSignal.timeout(deadlineMs)
  const stop = AbortSignal.any(signal ? [late, signal] : [late])
  stop.addEventListener("abort", end)
  const closed = once(child, "close")
  await once(child, "exit")
  if (child.signalCode) end() // what it has started is still there
  await closed
  stop.removeEventListener("abort", end)
  process.off("exit", end)
  if (late.aborted) run.endLate(deadlineMs)
  else if (child.signalCode && !stop.aborted) {
    throw new CommandError(`The checks were ended by ${child.signalCode}.`)
  }
  if (!stop.aborted && !run.hasBegun) {
    const told = printed.trim() || "The runner printed nothing."
    throw new Error(`The checks did not run:\n${told}`)
  }
  return run.result()
}

function startVitest(options: RunChecksOptions): ChildProcess {
  const { root, step, stepsFolder, first = "" } = options
  const { open = [], known = [] } = options
  return spawn(
    process.execPath,
    [
      join(workbook, "node_modules/vitest/vitest.mjs"),
      "run",
      `tests/${step}.test.ts`,
      `--root=${root}`,
      `--config=${join(workbook, "workbook/checks/vitest.config.ts")}`,
    ],
    {
      cwd: workbook,
      env: {
        ...process.env,
        STEPS: stepsFolder,
        CHECKS_FIRST: first,
        CHECKS_OPEN: open.join(),
        CHECKS_KNOWN: known.join(),
        PATIENCE_MS: String(patienceMs),
        NO_COLOR: "1",
      },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      detached: process.platform !== "win32", // one group, ended together
    },
  )
}

/** Adds up what the checks report. */
class Run {
  hasBegun = false
  private readonly begun = performance.now()
  private readonly passed: string[] = []
  private readonly failed: FailedCheck[] = []
  private running: CheckName | undefined
  private count = 0

  constructor(private readonly options: RunChecksOptions) {}

  note(event: CheckEvent): void {
    this.hasBegun = true
    if (event.kind === "begin") {
      this.running = event.check
    } else if (event.kind === "passed") {
      this.pass(event.task)
    } else if (event.failure) {
      this.fail(event.check, event.failure)
    } else if (event.state === "passed") {
      this.count++
    }
  }

  endLate(deadlineMs: number): void {
    const task = this.running?.task ?? this.options.first
    this.fail(
      { task, title: this.running?.title ?? beforeChecks },
      {
        did: [],
        expected: "the check ends",
        received: `no end within ${deadlineMs / 1_000} s: is there an endless loop?`,
        stack: "",
        printed: "",
      },
    )
  }

  result(): ChecksRun {
    // An error that nobody caught fails a task whose checks have passed.
    const passed = this.passed.filter((task) => !this.hasFailed(task))
    return { count: this.count, passed, failed: this.failed }
  }

  private pass(task: string): void {
    if (this.hasFailed(task)) return
    this.passed.push(task)
    this.options.onPassed?.(task)
  }

  private fail(check: CheckName, failure: Failure): void {
    if (this.hasFailed(check.task)) return
    const afterMs = performance.now() - this.begun
    const failed = { ...check, failure, afterMs }
    this.failed.push(failed)
    this.options.onFailed?.(failed)
  }

  private hasFailed(task: string | undefined): boolean {
    return this.failed.some((failed) => failed.task === task)
  }
}
