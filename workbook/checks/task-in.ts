import type { CheckName } from "./failure.ts"

/** @returns the task that a block of checks names, "04-groups/join", if it
 * names one */
export function taskIn(name: string): string | undefined {
  return /^\d\d-[a-z]+\/[a-z-]+$/.test(name) ? name : undefined
}

/** @param names of a check's blocks, from the outermost, and of itself */
export function checkName([
  first = "",
  ...names
]: readonly string[]): CheckName {
  const task = taskIn(first)
  return { task, title: (task ? names : [first, ...names]).join(" ") }
}
