import type { Task } from "../course/course.ts"
import { styled } from "../style.ts"

/** How a task is shown everywhere: its title, then its name. */
export function nameOf({ title, name }: Task): string {
  return `${title} (${name})`
}

/** Prints something that is well. */
export function sayGood(what: string): void {
  console.log(`${styled("green", "✓")} ${what}`)
}

/** Prints something that is wrong, with lines that explain it. */
export function sayBad(what: string, more = ""): void {
  console.log(`${styled("red", "✗")} ${what}`)
  if (more) console.log(more)
}

/** "12:31:05": the time distinguishes two equal results. */
export function timeOfDay(): string {
  return new Date().toTimeString().slice(0, 8)
}

export function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`
}

/** "1 check", "2 checks". */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`
}
