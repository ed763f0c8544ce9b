import { spawnSync } from "node:child_process"

/** Kills a process and all that it has started, even what is in an endless
 * loop. Off Windows it has to lead a process group: `detached`.
 * What has gone already is no failure. */
export function endTree(pid: number): void {
  if (process.platform === "win32") {
    spawnSync("taskkill", ["/pid", String(pid), "/t", "/f"])
    return
  }
  // Some of them lead groups of their own. Found first: whose parent has gone
  // belongs to nobody.
  const below = descendants(pid)
  for (const id of [-pid, ...below]) {
    try {
      process.kill(id, "SIGKILL")
    } catch {} // gone with the others
  }
}

/** Empty where there is no `ps`: then the group is all that is known. */
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
