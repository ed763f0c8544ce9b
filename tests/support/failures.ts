import { formatWithOptions } from "node:util"
import { onTestFailed, onTestFinished, vi } from "vitest"
import { getCurrentTest } from "vitest/suite"
import type { ServerProcess } from "../../workbook/processes/server-process.ts"

/** A failure of the test also shows what the server printed during the test. */
export function showWhatItPrinted(server: ServerProcess): void {
  if (!getCurrentTest()) return
  const before = server.output.length
  onTestFailed(async ({ task }) => {
    // Its last lines may still be on their way through the pipe.
    if (server.output.length === before) await server.speaks()
    const news = lastWords(server.output.slice(before))
    if (server.hasCrashed) task.meta.did?.push("the server ends")
    if (news === "") return
    task.meta.printed = news
    for (const error of task.result?.errors ?? []) {
      error.message += `\nThe server printed:\n${news}`
    }
  })
}

/** The same for the errors that this process prints, until the test ends.
 * @returns those errors, a string for each call of `console.error` */
export function noteErrors(): readonly string[] {
  const printed: string[] = []
  const inALine = { breakLength: Number.POSITIVE_INFINITY, compact: true }
  const spy = vi.spyOn(console, "error").mockImplementation((...parts) => {
    const plain = parts.map((part) =>
      part instanceof Error ? part.stack : part,
    )
    printed.push(formatWithOptions(inALine, ...plain))
  })
  onTestFinished(() => spy.mockRestore())
  onTestFailed(({ task }) => {
    const news = printed.at(-1)
    if (news === undefined) return
    task.meta.printed = news
    for (const error of task.result?.errors ?? []) {
      error.message += `\nThe server printed:\n${news}`
    }
  })
  return printed
}

/** The last error that a program printed, with its stack; else its last lines.
 * A stack may be longer than any number of lines, and the error is above it. */
function lastWords(output: string): string {
  const lines = output.trim().split("\n")
  const isFrame = (line: string | undefined) => /^ +at /.test(line ?? "")
  const isInner = (line: string) => isFrame(line) || /^ +\[cause\]/.test(line)
  const error = lines.findLastIndex(
    (line, index) => !isInner(line) && isFrame(lines[index + 1]),
  )
  return lines.slice(error < 0 ? -8 : error).join("\n")
}
