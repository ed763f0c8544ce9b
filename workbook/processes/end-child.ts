import type { ChildProcess } from "node:child_process"
import { once } from "node:events"

/** In ms: a server of ours ends within 2 s, unless it hears nothing. */
const patience = 2_500

/** Asks a process to end; one that is in an endless loop is not asked twice.
 * Resolves when it is gone. */
export async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, "exit")
  child.kill("SIGTERM")
  const late = setTimeout(() => child.kill("SIGKILL"), patience)
  await exited
  clearTimeout(late)
}
