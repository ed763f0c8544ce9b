import { spawnSync } from "node:child_process"
import { availableParallelism } from "node:os"
import { onPath } from "../workbook/machine/on-path.ts"

/** The servers and their Redis share one core, the generator has another. */
export const cores = { servers: 0, generator: 1 } as const

/** Whether processes can be kept on one core: on Linux, with taskset. */
export const canPin =
  onPath("taskset") !== undefined && availableParallelism() > 1

/** Keeps a process with all its threads on one core, if possible. */
export function pin(pid: number, core: number): void {
  if (!canPin) return
  const words = ["-a", "-c", "-p", String(core), String(pid)]
  spawnSync("taskset", words, { stdio: "ignore" })
}
