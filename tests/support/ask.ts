import type { ServerProcess } from "../../workbook/processes/server-process.ts"
import { addToFailure } from "./failures.ts"

/** Asks for a page, without following redirects; a failure of the test tells
 * what was asked for last, and the answer's status. */
export async function ask(
  server: ServerProcess,
  path: string,
  init: RequestInit = {},
): Promise<Response> {
  const answer = await fetch(server.url(path), { redirect: "manual", ...init })
  const asked = `${init.method ?? "GET"} ${path}`
  addToFailure((message) => {
    if (message.includes("  asked ")) return message
    return `${message}\n  asked     ${asked}\n  answered  ${answer.status}`
  })
  return answer
}
