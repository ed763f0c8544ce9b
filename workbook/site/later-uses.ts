import { readFileSync } from "node:fs"
import { join, posix } from "node:path"
import { filesOf } from "../course/course.ts"
import { listSteps } from "../steps.ts"

/** What later steps import of a file. */
export interface Use {
  /** Relative to the steps' folder. */
  readonly file: string
  /** In the order of the alphabet; types included. */
  readonly names: readonly string[]
}

const imported = /^import (?:type )?\{([^}]*)\} from "(\.\.\/[^"]+\.ts)"/gm

/**
 * What somebody's own design of a step has to keep, by step.
 * @param root of the workbook
 */
export function readLaterUses(root: string): Record<string, Use[]> {
  const folder = join(root, "steps")
  const names = new Map<string, Set<string>>()
  for (const step of listSteps(root)) {
    for (const file of filesOf(folder, step.name)) {
      if (!file.endsWith(".ts")) continue
      const text = readFileSync(join(folder, file), "utf8")
      for (const [, list = "", path = ""] of text.matchAll(imported)) {
        const target = posix.join(posix.dirname(file), path)
        const known = names.get(target) ?? new Set()
        for (const name of namesIn(list)) known.add(name)
        names.set(target, known)
      }
    }
  }
  const steps = listSteps(root).map(({ name }) => {
    const own = [...names].filter(([file]) => file.startsWith(`${name}/`))
    const uses = own.map(([file, found]) => ({
      file,
      names: [...found].sort(),
    }))
    return [name, uses.sort((one, other) => (one.file < other.file ? -1 : 1))]
  })
  return Object.fromEntries(steps)
}

/** The names as they are exported, whatever the importer calls them. */
function namesIn(list: string): string[] {
  const parts = list.split(",").map((part) => part.trim().replace(/^type /, ""))
  return parts.filter(Boolean).map((part) => part.split(" as ")[0] as string)
}
