import { styled } from "../style.ts"

/** What the doctor says of one part of the machine. */
export interface Finding {
  readonly part: string
  readonly needed: string
  /** Undefined where it is missing. */
  readonly found: string | undefined
  /** The command, or the commands to choose from. */
  readonly remedy: string
}

/** Prints a line, and the remedy below it where something is missing. */
export function print({ part, needed, found, remedy }: Finding): void {
  const mark = found ? styled("green", "✓") : styled("red", "✗")
  const what = (found ?? "not found").padEnd(28)
  console.log(`${mark} ${part.padEnd(12)} ${what} ${styled("dim", needed)}`)
  if (found === undefined) console.log(`  ${remedy.replaceAll("\n", "\n  ")}`)
}
