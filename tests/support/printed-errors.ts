import { onTestFinished, vi } from "vitest"
import { soon } from "./soon.ts"

/** What a check's code prints with `console.error`, line by line.
 * @param onLine is called with each line */
export function printedErrors(onLine: (line: string) => void = () => {}) {
  const lines: string[] = []
  let goOn = () => {}
  const spy = vi.spyOn(console, "error").mockImplementation((...parts) => {
    const line = parts.map(String).join(" ")
    lines.push(line)
    onLine(line)
    goOn()
  })
  onTestFinished(() => spy.mockRestore())

  async function until(pattern: RegExp): Promise<void> {
    while (!lines.some((line) => pattern.test(line))) {
      await new Promise<void>((resolve) => {
        goOn = resolve
      })
    }
  }
  return {
    /** Waits until a line matches.
     * @throws Unmet if none does soon */
    has: (pattern: RegExp) => soon(`the line ${pattern}`, until(pattern)),
  }
}
