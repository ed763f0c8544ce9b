import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { root } from "../folders.ts"

interface Lock {
  readonly packages: Readonly<
    Record<string, { readonly version?: string; readonly optional?: boolean }>
  >
}

/** @param folder the workbook's, or another with a lock file
 * @returns what is not installed as the lock file requires, if anything */
export function packagesProblem(folder = root): string | undefined {
  const wanted = readLock(join(folder, "package-lock.json"))
  const path = join(folder, "node_modules/.package-lock.json")
  if (!existsSync(path)) return "nothing is installed"
  const installed = readLock(path)
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
  return JSON.parse(readFileSync(path, "utf8"))
}
