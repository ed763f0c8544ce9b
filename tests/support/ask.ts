import { patienceMs } from "../../workbook/patience.ts"
import type { ServerProcess } from "../../workbook/processes/server-process.ts"
import { Unmet } from "../../workbook/unmet.ts"
import { did } from "./story.ts"

/** In characters: a longer path is cut in the story of a check. */
const widest = 80

/** Requests a page, without following redirects.
 * @throws Unmet if there is no answer, or none in time */
export async function ask(
  server: Pick<ServerProcess, "url">,
  path: string,
  init: RequestInit = {},
): Promise<Response> {
  const shown = path.length > widest ? `${path.slice(0, widest)}…` : path
  const request = `${init.method ?? "GET"} ${shown}`
  const signal = AbortSignal.timeout(patienceMs)
  const how: RequestInit = { redirect: "manual", signal, ...init }
  try {
    const answer = await fetch(server.url(path), how)
    did(`${request}: ${answer.status}`)
    return answer
  } catch (error) {
    did(request)
    const received = signal.aborted
      ? `nothing within ${patienceMs / 1_000} s`
      : `${error}: ${error instanceof Error && error.cause}`
    throw new Unmet(`an answer to ${request}`, received)
  }
}
