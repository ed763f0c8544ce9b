import { onTestFailed } from "vitest"
import { getCurrentTest } from "vitest/suite"
import { checkFailedAt } from "../../workbook/course/failure-text.ts"
import { lastWords } from "../../workbook/processes/last-words.ts"
import type { ServerProcess } from "../../workbook/processes/server-process.ts"
import type { SocketClient } from "../../workbook/processes/socket-client.ts"

/** A failure of the test tells also what the client sent and received. */
export function showWhatWasSaid(client: SocketClient): void {
  addToFailure((message) => {
    if (message.includes("  address ")) return message
    return `${message}\n${client.transcript()}`
  })
}

/** … and what the server has printed meanwhile. */
export function showWhatItPrinted(server: ServerProcess): void {
  const before = server.output.length
  addToFailure(async (message) => {
    // Its last words may still be on their way through the pipe.
    if (server.output.length === before) await server.speaks()
    const news = lastWords(server.output.slice(before))
    const told = server.hasCrashed ? `${message}\nThe server ended.` : message
    if (news === "") return told
    return `${told}\nThe server printed:\n${news}\n${checkFailedAt}`
  })
}

/** Changes what a failure of the test will say; before and after the tests
 * there is none that could. */
export function addToFailure(
  change: (message: string) => string | Promise<string>,
): void {
  if (!getCurrentTest()) return
  onTestFailed(async ({ task }) => {
    for (const error of task.result?.errors ?? []) {
      const text = await change(error.message)
      error.stack = error.stack?.replace(error.message, () => text)
      error.message = text
    }
  })
}
