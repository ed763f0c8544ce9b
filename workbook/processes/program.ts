import { spawn } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { root } from "../folders.ts"
import { styled } from "../style.ts"
import { killAtExit } from "./kill-at-exit.ts"

/** A program of the packages, by its path in node_modules. */
export type Program = readonly [
  title: string,
  program: string,
  ...words: string[],
]

/** Runs it for the person at the terminal.
 * @returns whether it found nothing wrong */
export async function passes(
  [title, program, ...words]: Program,
  env: NodeJS.ProcessEnv,
): Promise<boolean> {
  console.log(styled("bold", `\n${title}`))
  const path = join(root, "node_modules", program)
  const child = spawn(process.execPath, [path, ...words], {
    cwd: root,
    env: { ...env, ...(process.stdout.isTTY ? {} : { NO_COLOR: "1" }) },
    stdio: "inherit",
  })
  killAtExit(child)
  const ignore = () => {} // Ctrl-C ends the child; then our own things end
  process.on("SIGINT", ignore)
  await once(child, "exit")
  process.off("SIGINT", ignore)
  return child.exitCode === 0
}
