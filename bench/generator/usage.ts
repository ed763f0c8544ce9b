import { existsSync, readFileSync } from "node:fs"

/** Linux counts what each process has used. On other systems, the bench can
 * check but not measure. */
export const canMeasure = existsSync("/proc/self/stat")

/** Whether it also counts how often a process writes. */
const canCountWrites = existsSync("/proc/self/io")

/** What has been used so far, in ms. */
export interface Usage {
  readonly atMs: number
  /** CPU time of the servers and their Redis, user and system. */
  readonly serversMs: number
  readonly generatorMs: number
  /** CPU time of all programs of the machine. */
  readonly allMs: number
  /** How often the servers and their Redis called the system to write to a
   * socket, a file or a thread. Undefined where the system does not count it. */
  readonly writes: number | undefined
}

/** Linux counts in hundredths of a second. */
const tickMs = 10

/** @param pids of the servers and their Redis */
export function readUsage(pids: readonly number[]): Usage {
  const { user, system } = process.cpuUsage()
  const own = (user + system) / 1_000
  const atMs = performance.now()
  if (!canMeasure) {
    const ofOthers = { serversMs: 0, writes: undefined }
    return { atMs, generatorMs: own, allMs: own, ...ofOthers }
  }
  const each = pids.map((pid) => {
    // The name, in parentheses, may have spaces.
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1")
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
    return (Number(fields[11]) + Number(fields[12])) * tickMs
  })
  const serversMs = each.reduce((sum, it) => sum + it, 0)
  const writes = canCountWrites ? readWrites(pids) : undefined
  return { atMs, serversMs, generatorMs: own, allMs: readAll(), writes }
}

function readWrites(pids: readonly number[]): number {
  return pids
    .map((pid) => {
      const io = readFileSync(`/proc/${pid}/io`, "latin1")
      return Number(/^syscw: (\d+)/m.exec(io)?.[1])
    })
    .reduce((sum, it) => sum + it, 0)
}

/** Interrupts are left out, because they may already be counted for a process.
 * Time that a hypervisor has taken (steal) counts as used by others. */
function readAll(): number {
  const [line = ""] = readFileSync("/proc/stat", "latin1").split("\n")
  const [user = 0, nice = 0, system = 0, , , , , steal = 0] = line
    .split(/ +/)
    .slice(1)
    .map(Number)
  return (user + nice + system + steal) * tickMs
}

/** @returns the memory that the processes have now, in bytes */
export function readMemory(pids: readonly number[]): number {
  if (!canMeasure) return 0
  return pids
    .map((pid) => {
      const status = readFileSync(`/proc/${pid}/status`, "latin1")
      return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) * 1_024
    })
    .reduce((sum, it) => sum + it, 0)
}
