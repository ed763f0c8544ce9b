import { onTestFailed } from "vitest"
import { getCurrentTest } from "vitest/suite"
import { lastWords } from "../../workbook/processes/last-words.ts"
import type { ServerProcess } from "../../workbook/processes/server-process.ts"

/** A failure of the test also shows what the server has printed meanwhile. */
export function showWhatItPrinted(server: ServerProcess): void {
  if (!getCurrentTest()) return
  const before = server.output.length
  onTestFailed(async ({ task }) => {
    // Its last words may still be on their way through the pipe.
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
