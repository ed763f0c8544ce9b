import { spawn } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { root } from "../folders.ts"
import { killAtExit } from "./kill-at-exit.ts"

export interface Ended {
  readonly output: string
  readonly errors: string
  /** Its exit code, or the signal that ended it. */
  readonly end: number | NodeJS.Signals
}

/** Runs a program of the packages to its end.
 * @param program its path in node_modules
 * @param signal ends it */
export async function runProgram(
  program: string,
  words: readonly string[],
  signal?: AbortSignal,
): Promise<Ended> {
  const path = join(root, "node_modules", program)
  const child = spawn(process.execPath, [path, ...words], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
  })
  killAtExit(child)
  const end = () => child.kill("SIGKILL")
  signal?.addEventListener("abort", end)
  let output = ""
  let errors = ""
  child.stdout.setEncoding("utf8").on("data", (text) => {
    output += text
  })
  child.stderr.setEncoding("utf8").on("data", (text) => {
    errors += text
  })
  await once(child, "close")
  signal?.removeEventListener("abort", end)
  return { output, errors, end: child.exitCode ?? child.signalCode ?? 1 }
}
