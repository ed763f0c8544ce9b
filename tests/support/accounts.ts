import type { ServerProcess } from "../../workbook/processes/server-process.ts"
import { ask } from "./ask.ts"

const password = "correct horse"

/** Sends a form as a browser would; redirects are not followed. */
export function post(
  server: ServerProcess,
  path: string,
  fields: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const body = new URLSearchParams(fields)
  return ask(server, path, { method: "POST", body, headers })
}

/** @returns the headers that make a client this new user */
export async function signUp(
  server: ServerProcess,
  username: string,
): Promise<{ cookie: string }> {
  const answer = await post(server, "/signup/", { username, password })
  return { cookie: cookieFrom(answer) }
}

/** @returns the headers of a new session, for an existing user */
export async function logIn(
  server: ServerProcess,
  username: string,
): Promise<{ cookie: string }> {
  const answer = await post(server, "/login/", { username, password })
  return { cookie: cookieFrom(answer) }
}

/** @throws Error if the answer sets no session */
function cookieFrom(answer: Response): string {
  const [cookie] = answer.headers.getSetCookie()
  const pair = cookie?.split(";")[0]
  if (pair) return pair
  throw new Error(`No session: the answer was ${answer.status}`)
}
