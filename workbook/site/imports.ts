import { existsSync, readFileSync } from "node:fs"
import { join, posix } from "node:path"

const importFrom = /^(?:import|export)(?! type\b)[^"]*?from "(\.[^"]+)"/gm

/**
 * The files that run with a program, itself included: what it imports, and
 * what those import. Types do not run.
 * @param folder that the paths are relative to
 * @param main like "04-groups/main.ts"
 */
export function filesRunBy(folder: string, main: string): Set<string> {
  const found = new Set<string>()
  const left = [main]
  for (let file = left.pop(); file; file = left.pop()) {
    if (found.has(file) || !existsSync(join(folder, file))) continue
    found.add(file)
    const text = readFileSync(join(folder, file), "utf8")
    for (const [, target = ""] of text.matchAll(importFrom)) {
      left.push(posix.join(posix.dirname(file), target))
    }
  }
  return found
}
