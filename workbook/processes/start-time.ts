import { spawn } from "node:child_process"
import { once } from "node:events"
import { CommandError } from "../command-error.ts"
import { root } from "../folders.ts"
import { endTree } from "./end-tree.ts"

const runs = 5

/** In ms: how long whoever types `npm run step 1` waits, at the most. */
export const startLimit = 2_000

/** @returns in ms, from typing the command until it listens: the median
 * @throws CommandError if it does not */
export async function measureStart(): Promise<number> {
  const times: number[] = []
  for (let run = 0; run < runs; run++) times.push(await startOnce())
  return times.sort((a, b) => a - b)[Math.floor(runs / 2)] as number
}

async function startOnce(): Promise<number> {
  const begin = performance.now()
  const child = spawn("npm", ["run", "step", "1", "0"], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
    shell: process.platform === "win32",
    detached: process.platform !== "win32", // one group, ended together
  })
  let output = ""
  for await (const text of child.stdout.setEncoding("utf8")) {
    output += text
    if (output.includes("Listening on")) break
  }
  if (!output.includes("Listening on")) {
    throw new CommandError(`npm run step 1 does not start:\n${output}`)
  }
  const time = performance.now() - begin
  const ended = once(child, "exit")
  endTree(child.pid as number)
  await ended
  return time
}
