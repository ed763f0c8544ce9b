import { spawnSync } from "node:child_process"

/** Kills a process and all that it has started, even in an endless loop. Except
 * on Windows, it must lead a process group: `detached`. A process that has
 * already gone is not an error. */
export function endTree(pid: number): void {
  if (process.platform === "win32") {
    spawnSync("taskkill", ["/pid", String(pid), "/t", "/f"])
    return
  }
  // Some of them lead their own groups. They are found first: once its parent
  // has gone, a process cannot be found.
  const below = descendants(pid)
  for (const id of [-pid, ...below]) {
    try {
      process.kill(id, "SIGKILL")
    } catch {} // gone with the others
  }
}

/** Empty if there is no `ps`: then only the group is known. */
function descendants(pid: number): number[] {
  const { stdout } = spawnSync("ps", ["-A", "-o", "pid,ppid"], {
    encoding: "utf8",
  })
  const children = new Map<number, number[]>()
  for (const [, id, parent] of (stdout ?? "").matchAll(/^ *(\d+) +(\d+)/gm)) {
    const siblings = children.get(Number(parent)) ?? []
    children.set(Number(parent), [...siblings, Number(id)])
  }
  const found = [...(children.get(pid) ?? [])]
  for (const id of found) found.push(...(children.get(id) ?? []))
  return found
}
