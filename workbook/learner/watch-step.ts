import { spawn } from "node:child_process"
import { once } from "node:events"
import { join, relative } from "node:path"
import { watch } from "chokidar"
import { root } from "../folders.ts"
import { styled } from "../style.ts"
import { checkStep } from "./check-step.ts"
import { showHint, showTask } from "./hint.ts"
import { listenToKeys } from "./keys.ts"
import { chosenTask, type Opened, sayNoneLeft } from "./open.ts"
import { openPage } from "./open-page.ts"
import { isOurs } from "./our-files.ts"
import { ServerRunner } from "./server-runner.ts"

export interface WatchOptions {
  /** For file systems that do not report changes. */
  readonly poll: boolean
  readonly server: boolean
  readonly port: number
}

/** An editor that saves all files changes them one after the other. */
const settlingMs = 100

/** Checks the step, and again whenever a file changes, until the learner quits.
 * The learner's server runs as well. A change ends a running check. */
export async function watchStep(
  opened: Opened,
  { poll, server, port }: WatchOptions,
): Promise<void> {
  const { work, step } = opened
  const runner = new ServerRunner(join(work.path, step.name, "main.ts"), port)
  let check = new AbortController()
  let checked = Promise.resolve()
  const run = (all: boolean) => {
    check.abort()
    check = new AbortController()
    const { signal } = check
    checked = checked.then(() => checkOnce(opened, runner, server, all, signal))
  }
  let settled: NodeJS.Timeout | undefined
  const watcher = watch(work.path, {
    ignoreInitial: true,
    usePolling: poll,
    ignored: (path) => isOurs(relative(work.path, path)),
  })
  watcher.on("all", () => {
    check.abort() // its result would be about old code
    clearTimeout(settled)
    settled = setTimeout(run, settlingMs, false)
  })
  const quit = () => {
    check.abort()
    clearTimeout(settled)
    // What a check has started, and its folders, end with this process.
    void runner.stop().then(() => process.exit(0))
  }
  listenToKeys({
    h: () =>
      void work.alone(() => tellAbout(opened, showHint)).catch(tellProblem),
    t: () => void tellAbout(opened, showTask).catch(tellProblem),
    d: () => void command("diff", step.number),
    o: () => void openPage(port, step).catch(tellProblem),
    r: () => run(true),
    q: quit,
  })
  process.on("SIGINT", quit)
  process.on("SIGTERM", quit)
  run(false)
  await once(watcher, "close") // never: `quit` ends the process
}

async function checkOnce(
  { work, step, tasks }: Opened,
  runner: ServerRunner,
  server: boolean,
  all: boolean,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) return
  if (process.stdout.isTTY) console.clear()
  runner.hold()
  const restarted = server ? runner.restart() : undefined
  let isPassed = false
  try {
    isPassed = await checkStep(work, step, tasks, { all, signal })
    await restarted
  } catch (error) {
    if (!signal.aborted) throw error // an ended check can fail in any way
  }
  if (signal.aborted) return
  runner.release()
  // At the very end, so that the server's output hides nothing.
  const mark = isPassed ? styled("green", "✓") : styled("red", "✗")
  console.log(`${mark} ${styled("dim", keys)}`)
}

function tellProblem(error: Error): void {
  console.log(error.message)
}

const keys = "h hint  t task  d diff  o open the page  r run all again  q quit"

async function tellAbout(opened: Opened, tell: typeof showHint): Promise<void> {
  const task = await chosenTask(opened, undefined)
  if (task) await tell(opened.work, task)
  else sayNoneLeft(opened.step)
}

async function command(name: string, step: number): Promise<void> {
  const program = join(root, "workbook", "run.cjs")
  const child = spawn(process.execPath, [program, name, String(step)], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
  })
  await once(child, "exit")
}
