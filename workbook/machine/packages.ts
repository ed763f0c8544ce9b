import { readFileSync } from "node:fs"
import { join } from "node:path"
import { root } from "../folders.ts"

interface Lock {
  readonly packages: Readonly<
    Record<string, { readonly version?: string; readonly optional?: boolean }>
  >
}

/** @returns what is not installed as the lock file says, if anything */
export function packagesProblem(): string | undefined {
  const wanted = readLock("package-lock.json")
  const installed = readLock("node_modules/.package-lock.json")
  for (const [path, { version, optional }] of Object.entries(wanted.packages)) {
    if (path === "" || optional) continue
    const found = installed.packages[path]?.version
    if (found !== version) {
      const name = path.replace(/^.*node_modules\//, "")
      return `${name} ${version} is needed, ${found ?? "nothing"} is installed`
    }
  }
  return undefined
}

function readLock(path: string): Lock {
  return JSON.parse(readFileSync(join(root, path), "utf8"))
}
