import { readdirSync, readFileSync, readlinkSync } from "node:fs"
import type { ServerProcess } from "../../workbook/processes/server-process.ts"

/** How many sockets of the machine a server's process holds, its own listening
 * ones included. Linux only. */
export function connectionsOf({ pid }: ServerProcess): number {
  const folder = `/proc/${pid}/fd`
  return readdirSync(folder).filter((name) => {
    try {
      return readlinkSync(`${folder}/${name}`).startsWith("socket:")
    } catch {
      return false // closed meanwhile
    }
  }).length
}

/** What a server's process takes of the machine's memory. Linux only. */
export function memoryMb({ pid }: ServerProcess): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8")
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1_024)
}
