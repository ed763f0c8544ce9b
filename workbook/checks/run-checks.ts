import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { readFileSync } from "node:fs"
import { rm } from "node:fs/promises"
import { join } from "node:path"
import { CommandError } from "../command-error.ts"
import { root as workbook } from "../folders.ts"
import { endTree } from "../processes/end-tree.ts"
import { scratchFolder } from "../scratch-folder.ts"
import {
  beforeChecks,
  type CheckEvent,
  type CheckName,
  type Failure,
} from "./failure.ts"

/** Checks that report nothing for this long are ended. */
const longestMs = 15_000

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
  /** At most one for each task, and one for the checks of no task. */
  readonly failed: readonly FailedCheck[]
}

export interface RunChecksOptions {
  /** The workbook with the checks, or a fixture with the same layout. */
  readonly root: string
  /** "04-groups" */
  readonly step: string
  /** The folder under test. */
  readonly stepsFolder: string
  /** The task to check first: "04-groups/join". */
  readonly first?: string | undefined
  /** Tasks that are not checked, because they are still to be done. */
  readonly open?: readonly string[]
  /** Tasks that are not checked, because they passed on the same code. */
  readonly known?: readonly string[]
  /** How long the checks may report nothing. */
  readonly deadlineMs?: number
  /** Ends the checks. What has not been checked by then is not passed. */
  readonly signal?: AbortSignal | undefined
  onPassed?(task: string): void
  onFailed?(failed: FailedCheck): void
}

/** Runs the checks of one step over a folder.
 * @throws CommandError if another program ended them
 * @throws Error with what the runner printed, if it could not run them */
export async function runChecks(options: RunChecksOptions): Promise<ChecksRun> {
  const folder = scratchFolder(workbook, "checks")
  const running = join(folder, "running.json")
  const run = new Run(options, running)
  const { deadlineMs = longestMs, signal } = options
  const child = startVitest(options, running)
  const late = new AbortController()
  const stop = AbortSignal.any(signal ? [late.signal, signal] : [late.signal])
  const timer = setTimeout(() => late.abort(), deadlineMs)
  child.on("message", (event: CheckEvent) => {
    timer.refresh()
    run.note(event)
  })
  let printed = ""
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text) => {
      printed += text
    })
  }
  // A worker in an endless loop does not notice that its parent has gone, nor
  // does a server that a worker has started: all of them are killed, even if
  // this process ends first.
  const end = () => endTree(child.pid as number)
  process.on("exit", end)
  stop.addEventListener("abort", end)
  try {
    const closed = once(child, "close")
    await once(child, "exit")
    end()
    await closed
    if (late.signal.aborted) {
      run.endEarly(`no end within ${deadlineMs / 1_000} s`)
    } else if (child.signalCode && !stop.aborted) {
      throw new CommandError(`The checks were ended by ${child.signalCode}.`)
    }
    if (!stop.aborted && !run.hasBegun) {
      const told = printed.trim() || "The runner printed nothing."
      throw new Error(`The checks did not run:\n${told}`)
    }
    return run.result()
  } finally {
    clearTimeout(timer)
    process.off("exit", end)
    stop.removeEventListener("abort", end)
    await rm(folder, { recursive: true })
  }
}

function startVitest(options: RunChecksOptions, running: string): ChildProcess {
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
        CHECKS_RUNNING: running,
        CHECKS_OPEN: open.join(),
        CHECKS_KNOWN: known.join(),
        PATIENCE_MS: String(patienceMs),
        NO_COLOR: "1",
      },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      detached: process.platform !== "win32", // one process group, ended together
    },
  )
}

/** Adds up what the checks report. */
class Run {
  hasBegun = false
  private readonly begun = performance.now()
  private readonly passed: string[] = []
  private readonly failed: FailedCheck[] = []
  private count = 0

  /** @param running the file of the running check */
  constructor(
    private readonly options: RunChecksOptions,
    private readonly running: string,
  ) {}

  note(event: CheckEvent): void {
    this.hasBegun = true
    if (event.kind === "lost") {
      this.endEarly("the end of the process that ran it")
    } else if (event.kind === "passed") {
      this.pass(event.task)
    } else if (event.kind === "end" && event.failure) {
      this.fail(event.check, event.failure)
    } else if (event.kind === "end" && event.state === "passed") {
      this.count++
    }
  }

  /** The running check kept the others from running. If another one failed
   * before, that may be the cause, so that failure is reported. */
  endEarly(received: string): void {
    if (this.failed.length > 0) return
    const { task, title } = this.checkThatRan()
    this.fail(
      { task, title },
      {
        did: [],
        expected: "the check ends",
        received: `${received}: is there an endless loop?`,
        stack: "",
        printed: "",
      },
    )
  }

  private checkThatRan(): CheckName {
    try {
      return JSON.parse(readFileSync(this.running, "utf8"))
    } catch {
      return { task: this.options.first, title: beforeChecks }
    }
  }

  result(): ChecksRun {
    // An uncaught error fails a task even if its checks have passed.
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
