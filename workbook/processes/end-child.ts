import type { ChildProcess } from "node:child_process"
import { once } from "node:events"

/** How long a program may take to end. A server of ours takes 2 s at most, and
 * 6 s if it stops in batches. */
const endTimeoutMs = 6_000

/** Asks a process to end; one that is in an endless loop is not asked twice.
 * Resolves when it is gone. */
export async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, "exit")
  child.kill("SIGTERM")
  const late = setTimeout(() => child.kill("SIGKILL"), endTimeoutMs)
  await exited
  clearTimeout(late)
}
