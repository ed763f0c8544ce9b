import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { join, relative } from "node:path"
import { watch } from "chokidar"
import { root } from "../folders.ts"
import { styled } from "../style.ts"
import { endChild, killAtExit } from "./child.ts"

/** The exit code of a server that could not start, and has printed why. */
const failedToStart = 2

export interface SupervisorOptions {
  /** The program, relative to the root. */
  readonly main: string
  /** The folder whose changes restart it, relative to the root. */
  readonly watched?: string
  /** Files there whose changes do not restart it.
   * @param path relative to that folder */
  isIgnored?(path: string): boolean
  readonly env: NodeJS.ProcessEnv
}

/**
 * Runs a server until a signal ends it, and again whenever a file changes.
 * @returns its exit code
 */
export async function supervise(options: SupervisorOptions): Promise<number> {
  const { watched, isIgnored } = options
  const signalled = anySignal(["SIGINT", "SIGTERM", "SIGHUP"])
  const folder = watched && join(root, watched)
  const watcher =
    folder &&
    watch(folder, {
      ignoreInitial: true,
      ignored: (path) => isIgnored?.(relative(folder, path)) ?? false,
    })
  try {
    for (let isFirst = true; ; isFirst = false) {
      const child = start(options)
      const ended = once(child, "exit").then(([code]): number => code ?? 1)
      const changed = watcher
        ? once(watcher, "all").then(([, path]) => relative(root, path))
        : new Promise<never>(() => {})
      const event = await Promise.race([signalled, changed, ended])
      if (typeof event === "number") {
        if (!watcher || (isFirst && event === failedToStart)) return event
        console.log(
          styled("yellow", "Stopped. It starts again when a file changes."),
        )
      }
      const path = await Promise.race([signalled, changed])
      await endChild(child)
      if (path === undefined) return watcher ? 0 : ended
      console.log(styled("dim", `${path} changed: starting again.`))
    }
  } finally {
    if (watcher) await watcher.close()
  }
}

function start({ main, env }: SupervisorOptions): ChildProcess {
  const words = ["--import", "tsx", join(root, main)]
  const options = { cwd: root, env, stdio: "inherit" } as const
  const child = spawn(process.execPath, words, options)
  killAtExit(child, "SIGKILL")
  return child
}

function anySignal(signals: NodeJS.Signals[]): Promise<undefined> {
  return new Promise((resolve) => {
    for (const signal of signals) process.on(signal, () => resolve(undefined))
  })
}
