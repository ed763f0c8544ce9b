import { patienceMs } from "../../workbook/patience.ts"
import type { ServerProcess } from "../../workbook/processes/server-process.ts"
import { Unmet } from "../../workbook/unmet.ts"
import { did } from "./story.ts"

/** Asks for a page, without following redirects.
 * @throws Unmet if there is no answer in time */
export async function ask(
  server: ServerProcess,
  path: string,
  init: RequestInit = {},
): Promise<Response> {
  const request = `${init.method ?? "GET"} ${path}`
  const signal = AbortSignal.timeout(patienceMs)
  const how: RequestInit = { redirect: "manual", signal, ...init }
  try {
    const answer = await fetch(server.url(path), how)
    did(`${request}: ${answer.status}`)
    return answer
  } catch (error) {
    if (!signal.aborted) throw error
    did(request)
    const seconds = patienceMs / 1_000
    throw new Unmet(`an answer to ${request}`, `nothing within ${seconds} s`)
  }
}
