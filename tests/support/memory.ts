import { readFileSync } from "node:fs"
import type { ServerProcess } from "../../workbook/processes/server-process.ts"

/** What a server's process takes of the machine's memory. Linux only. */
export function memoryMb({ pid }: ServerProcess): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8")
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1_024)
}
