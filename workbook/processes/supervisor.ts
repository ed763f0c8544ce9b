import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { join, relative } from "node:path"
import { watch } from "chokidar"
import { root } from "../folders.ts"
import { styled } from "../style.ts"
import { endChild } from "./end-child.ts"
import { killAtExit } from "./kill-at-exit.ts"

/** A server that could not start has said why, and exits with this. */
const failedToStart = 2

export interface SupervisorOptions {
  /** The program, relative to the root. */
  readonly main: string
  /** The folder whose changes restart it, relative to the root. */
  readonly watched?: string
  readonly env: NodeJS.ProcessEnv
}

/**
 * Runs a server until a signal ends it, and again whenever a file changes.
 * @returns its exit code
 */
export async function supervise(options: SupervisorOptions): Promise<number> {
  const signalled = anySignal(["SIGINT", "SIGTERM", "SIGHUP"])
  const child = start(options)
  if (options.watched === undefined) {
    return untilEnded(child, signalled)
  }
  const watcher = watch(join(root, options.watched), { ignoreInitial: true })
  try {
    return await restarting(child, options, signalled, () =>
      once(watcher, "all").then(([, path]) => relative(root, path)),
    )
  } finally {
    await watcher.close()
  }
}

async function untilEnded(
  child: ChildProcess,
  signalled: Promise<undefined>,
): Promise<number> {
  const ended = exitOf(child)
  await Promise.race([signalled.then(() => endChild(child)), ended])
  return ended
}

async function restarting(
  first: ChildProcess,
  options: SupervisorOptions,
  signalled: Promise<undefined>,
  nextChange: () => Promise<string>,
): Promise<number> {
  for (let child = first; ; child = start(options)) {
    const ended = exitOf(child)
    const changed = nextChange()
    const code = await Promise.race([signalled, changed, ended])
    if (child === first && code === failedToStart) return failedToStart
    if (typeof code === "number") {
      console.log(styled("yellow", "Stopped: a changed file starts it again."))
    }
    const path = await Promise.race([signalled, changed])
    await endChild(child)
    if (path === undefined) return 0
    console.log(styled("dim", `${path} changed: starting again.`))
  }
}

function start({ main, env }: SupervisorOptions): ChildProcess {
  const program = ["--import", "tsx", join(root, main)]
  const options = { cwd: root, env, stdio: "inherit" } as const
  const child = spawn(process.execPath, program, options)
  killAtExit(child, "SIGKILL")
  return child
}

async function exitOf(child: ChildProcess): Promise<number> {
  await once(child, "exit")
  return child.exitCode ?? 1
}

function anySignal(signals: NodeJS.Signals[]): Promise<undefined> {
  return new Promise((resolve) => {
    for (const signal of signals) process.on(signal, () => resolve(undefined))
  })
}
