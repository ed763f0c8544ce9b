import { spawn } from "node:child_process"
import { EventEmitter, once } from "node:events"
import { join } from "node:path"
import { watch } from "chokidar"
import { root } from "../folders.ts"
import { onPath } from "../on-path.ts"
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

/** Checks the step, and again whenever a file changes, until it is told to
 * quit; the learner's server runs beside. */
export async function watchStep(
  { work, step, tasks }: Opened,
  { poll, server, port }: WatchOptions,
): Promise<void> {
  const events = new EventEmitter()
  const ask = (what: string) => () => void events.emit("asked", what)
  const runner = new ServerRunner(join(work.path, step.name, "main.ts"), port)
  const watcher = watch(work.path, {
    ignoreInitial: true,
    usePolling: poll,
    // What the commands themselves write begins with a dot.
    ignored: (path) => /[\\/](\.[^\\/]+|tsconfig\.json)$/.test(path),
  })
  watcher.on("all", ask("run"))
  const giveKeysBack = listenToKeys({
    h: ask("hint"),
    d: ask("diff"),
    o: ask("open"),
    r: ask("run"),
    q: ask("quit"),
  })
  process.on("SIGINT", ask("quit"))
  process.on("SIGTERM", ask("quit"))
  try {
    let asked = "run"
    while (asked !== "quit") {
      const next = once(events, "asked")
      if (asked === "run") {
        if (server) await runner.restart()
        const isPassed = await checkStep(work, step, tasks)
        console.log(styled("dim", isPassed ? congratulate(step.number) : keys))
      } else if (asked === "open") {
        openInBrowser(`http://localhost:${port}/chat/`)
      } else {
        await command(asked, step.number)
      }
      asked = await settled(next, events)
    }
  } finally {
    giveKeysBack()
    await runner.stop()
    await watcher.close()
  }
}

const keys = "h hint  d diff  o open the page  r run again  q quit"

function congratulate(number: number): string {
  return `All of it works. Go on with: npm run learn ${number + 1}   (${keys})`
}

/** @returns what was asked last, once changes have settled; quitting wins */
async function settled(
  first: Promise<string[]>,
  events: EventEmitter,
): Promise<string> {
  let [asked = "run"] = await first
  for (;;) {
    const signal = AbortSignal.timeout(settling)
    if (asked !== "run") return asked
    try {
      const [more = "run"] = (await once(events, "asked", {
        signal,
      })) as string[]
      asked = more
    } catch {
      return asked
    }
  }
}

async function command(name: string, step: number): Promise<void> {
  const program = join(root, "workbook", "run.cjs")
  const child = spawn(process.execPath, [program, name, String(step)], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
  })
  await once(child, "exit")
}

function openInBrowser(url: string): void {
  const opener = ["xdg-open", "open", "explorer"].find(onPath)
  console.log(`Opening ${url}`)
  // Where nothing can open it, the address is there to be clicked.
  if (opener) spawn(opener, [url], { stdio: "ignore" }).on("error", () => {})
}
