import { spawn } from "node:child_process"
import { EventEmitter, once } from "node:events"
import { join, relative } from "node:path"
import { setTimeout as delay } from "node:timers/promises"
import { watch } from "chokidar"
import { root } from "../folders.ts"
import { onPath } from "../machine/on-path.ts"
import { listSteps, type Step } from "../steps.ts"
import { styled } from "../style.ts"
import { checkStep } from "./check-step.ts"
import { listenToKeys } from "./keys.ts"
import type { Opened } from "./open.ts"
import { ServerRunner } from "./server-runner.ts"

export interface WatchOptions {
  /** For file systems that tell nothing of their changes. */
  readonly poll: boolean
  readonly server: boolean
  readonly port: number
}

/** In ms: an editor that saves all files changes them one after the other. */
const settling = 200

type Wish = "run" | "hint" | "diff" | "open"

/** Checks the step, and again whenever a file changes, until it is told to
 * quit; the learner's server runs beside. */
export async function watchStep(
  { work, step, tasks }: Opened,
  { poll, server, port }: WatchOptions,
): Promise<void> {
  const wishes = new EventEmitter()
  const waiting = new Set<Wish>(["run"])
  const wish = (what: Wish) => () => {
    waiting.add(what)
    wishes.emit("new")
  }
  const runner = new ServerRunner(join(work.path, step.name, "main.ts"), port)
  const watcher = watch(work.path, {
    ignoreInitial: true,
    usePolling: poll,
    ignored: (path) => isOurs(relative(work.path, path)),
  })
  watcher.on("all", wish("run"))
  let isQuitting = false
  // A check may be running: what it has started, and its folders, end with
  // this process.
  const quit = () => {
    isQuitting = true
    void runner.stop().then(() => process.exit(0))
  }
  listenToKeys({
    h: wish("hint"),
    d: wish("diff"),
    o: wish("open"),
    r: wish("run"),
    q: quit,
  })
  process.on("SIGINT", quit)
  process.on("SIGTERM", quit)
  for (;;) {
    const [next] = waiting
    if (next === undefined) {
      await once(wishes, "new")
      await delay(settling)
      continue
    }
    waiting.delete(next)
    if (next === "run") {
      if (server) await runner.restart()
      const isPassed = await checkStep(work, step, tasks).catch((error) => {
        if (!isQuitting) throw error
        return false // Ctrl-C has ended the compiler or the checks, too
      })
      if (isQuitting) return
      if (isPassed) congratulate(step)
      console.log(styled("dim", keys))
    } else if (next === "open") {
      await openInBrowser(`http://localhost:${port}/chat/`, step)
    } else {
      await command(next, step.number)
    }
  }
}

const keys = "h hint  d diff  o open the page  r run again  q quit"

function congratulate({ number, goal, try: toTry }: Step): void {
  console.log(`${styled("green", "All of it works.")} ${goal}`)
  console.log(toTry)
  const isLast = listSteps().at(-1)?.number === number
  if (isLast) console.log("That was the last step.")
  else console.log(`Then: npm run learn ${number + 1}`)
}

/** What the commands themselves write, as none of it is the learner's. */
function isOurs(path: string): boolean {
  return path.startsWith(".") || path === "tsconfig.json"
}

async function command(name: string, step: number): Promise<void> {
  const program = join(root, "workbook", "run.cjs")
  const child = spawn(process.execPath, [program, name, String(step)], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
  })
  await once(child, "exit")
}

/** The first steps have no page yet: then it says what to try instead. */
async function openInBrowser(url: string, step: Step): Promise<void> {
  const answer = await fetch(url).catch(() => undefined)
  if (!answer?.ok) {
    console.log(answer ? step.try : "Your server does not answer yet.")
    return
  }
  const opener = ["xdg-open", "open", "explorer"].find(onPath)
  console.log(`Opening ${url}`)
  // Where nothing can open it, the address is there to be clicked.
  if (opener) spawn(opener, [url], { stdio: "ignore" }).on("error", () => {})
}
