import { type ChildProcess, type StdioOptions, spawn } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { root } from "../folders.ts"
import { styled } from "../style.ts"
import { killAtExit } from "./child.ts"

export interface Ended {
  readonly output: string
  readonly errors: string
  /** Its exit code, or the signal that ended it. */
  readonly end: number | NodeJS.Signals
}

/** A program of the packages, by its path in node_modules. */
export type Program = readonly [
  title: string,
  program: string,
  ...words: string[],
]

/** Runs a program of the packages to its end.
 * @param program its path in node_modules
 * @param signal ends it */
export async function runProgram(
  program: string,
  words: readonly string[],
  signal?: AbortSignal,
): Promise<Ended> {
  const child = start(program, words, ["ignore", "pipe", "pipe"])
  const end = () => child.kill("SIGKILL")
  signal?.addEventListener("abort", end)
  let output = ""
  let errors = ""
  child.stdout?.setEncoding("utf8").on("data", (text) => {
    output += text
  })
  child.stderr?.setEncoding("utf8").on("data", (text) => {
    errors += text
  })
  await once(child, "close")
  signal?.removeEventListener("abort", end)
  return { output, errors, end: child.exitCode ?? child.signalCode ?? 1 }
}

/** Runs it for the person at the terminal. Ctrl-C ends the program; then the
 * command goes on, to end its own things.
 * @returns its exit code, or undefined if a signal ended it */
export async function runInTerminal(
  program: string,
  words: readonly string[],
  env = process.env,
): Promise<number | undefined> {
  const colours = process.stdout.isTTY ? {} : { NO_COLOR: "1" }
  const child = start(program, words, "inherit", { ...env, ...colours })
  const ignore = () => {}
  process.on("SIGINT", ignore)
  await once(child, "exit")
  process.off("SIGINT", ignore)
  return child.exitCode ?? undefined
}

/** The same, with a title above it.
 * @returns whether it found nothing wrong */
export async function passes(
  [title, program, ...words]: Program,
  env = process.env,
): Promise<boolean> {
  console.log(styled("bold", `\n${title}`))
  return (await runInTerminal(program, words, env)) === 0
}

function start(
  program: string,
  words: readonly string[],
  stdio: StdioOptions,
  env = process.env,
): ChildProcess {
  const path = join(root, "node_modules", program)
  const options = { cwd: root, env, stdio }
  const child = spawn(process.execPath, [path, ...words], options)
  killAtExit(child)
  return child
}
