import type { ChildProcess } from "node:child_process"
import { once } from "node:events"

/** How long a program may take to end. One of our servers takes 2 s at most,
 * and 6 s if it closes its sockets in batches. */
const endTimeoutMs = 6_000

const children = new Map<ChildProcess, NodeJS.Signals>()

process.on("exit", () => {
  for (const [child, signal] of children) child.kill(signal)
})

/** Ends the child when this process ends, unless it is killed.
 * @param signal SIGKILL for a child that may be in an endless loop */
export function killAtExit(
  child: ChildProcess,
  signal: NodeJS.Signals = "SIGTERM",
): void {
  children.set(child, signal)
  child.once("exit", () => children.delete(child))
}

/** Asks a process to end, and kills it if it does not end in time. Resolves
 * when it is gone. */
export async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, "exit")
  child.kill("SIGTERM")
  const late = setTimeout(() => child.kill("SIGKILL"), endTimeoutMs)
  await exited
  clearTimeout(late)
}
