import type { ChildProcess } from "node:child_process"

const children = new Map<ChildProcess, NodeJS.Signals>()

process.on("exit", () => {
  for (const [child, signal] of children) child.kill(signal)
})

/** However this process ends, short of being killed: the child ends, too.
 * @param signal SIGKILL for one that may be in an endless loop */
export function killAtExit(
  child: ChildProcess,
  signal: NodeJS.Signals = "SIGTERM",
): void {
  children.set(child, signal)
  child.once("exit", () => children.delete(child))
}
