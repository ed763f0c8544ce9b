import { existsSync, readFileSync } from "node:fs"
import { join, posix } from "node:path"
import { filesOf } from "../course/course.ts"
import { listSteps } from "../steps.ts"

const importFrom = /^(?:import|export)(?! type\b)[^"]*?from "(\.[^"]+)"/gm
const importOfNames = /^import (?:type )?\{([^}]*)\} from "(\.\.\/[^"]+\.ts)"/gm

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
    for (const [, path = ""] of text.matchAll(importFrom)) {
      left.push(targetOf(file, path))
    }
  }
  return found
}

/** What later steps import from a file. */
export interface Use {
  /** Relative to the steps' folder. */
  readonly file: string
  /** In alphabetical order, including types. */
  readonly names: readonly string[]
}

/**
 * What a learner's own design of each step has to keep.
 * @param root of the workbook
 */
export function readLaterUses(root: string): Record<string, Use[]> {
  const folder = join(root, "steps")
  const steps = listSteps(root).map(({ name }) => name)
  const uses = new Map<string, Set<string>>()
  for (const file of steps.flatMap((step) => filesOf(folder, step))) {
    if (!file.endsWith(".ts")) continue
    const text = readFileSync(join(folder, file), "utf8")
    for (const [, list = "", path = ""] of text.matchAll(importOfNames)) {
      const target = targetOf(file, path)
      // A file may import from another folder of its own step.
      if (stepOf(target) === stepOf(file)) continue
      const known = uses.get(target) ?? []
      uses.set(target, new Set([...known, ...namesIn(list)]))
    }
  }
  const all = [...uses].map(([file, names]) => {
    return { file, names: [...names].sort() }
  })
  all.sort((one, other) => (one.file < other.file ? -1 : 1))
  return Object.fromEntries(
    steps.map((step) => {
      return [step, all.filter(({ file }) => file.startsWith(`${step}/`))]
    }),
  )
}

/** @param file relative to the steps' folder */
function stepOf(file: string): string | undefined {
  return file.split("/")[0]
}

/** @param path as written in the file */
function targetOf(file: string, path: string): string {
  return posix.join(posix.dirname(file), path)
}

/** The exported names, whatever the importer calls them. */
function namesIn(list: string): string[] {
  const parts = list.split(",").map((part) => part.trim().replace(/^type /, ""))
  return parts.filter(Boolean).map((part) => part.split(" as ")[0] as string)
}
