import type { ChildProcess } from "node:child_process"

const children = new Set<ChildProcess>()

process.on("exit", () => {
  for (const child of children) child.kill()
})

/** However this process ends, short of being killed: the child ends, too. */
export function killAtExit(child: ChildProcess): void {
  children.add(child)
  child.once("exit", () => children.delete(child))
}
