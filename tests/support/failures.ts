import { onTestFailed } from "vitest"
import { getCurrentTest } from "vitest/suite"
import type { ServerProcess } from "../../workbook/processes/server-process.ts"
import { did } from "./story.ts"

/** A failure of the test also shows what the server has printed meanwhile. */
export function showWhatItPrinted(server: ServerProcess): void {
  if (!getCurrentTest()) return
  const before = server.output.length
  onTestFailed(async ({ task }) => {
    // Its last words may still be on their way through the pipe.
    if (server.output.length === before) await server.speaks()
    const news = lastWords(server.output.slice(before))
    if (server.hasCrashed) did("the server ends")
    if (news === "") return
    task.meta.printed = news
    for (const error of task.result?.errors ?? []) {
      error.message += `\nThe server printed:\n${news}`
    }
  })
}

/** The last error that a program printed, with its stack, else its last lines.
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
