import type { ServerProcess } from "../processes/server-process.ts"
import { SocketClient } from "../processes/socket-client.ts"

/** A session: a client with these headers is logged in. */
export interface Visitor {
  readonly cookie: string
}

export async function signUp(
  server: ServerProcess,
  username: string,
): Promise<Visitor> {
  const body = new URLSearchParams({ username, password: "correct horse" })
  const how = { method: "POST", body, redirect: "manual" } as const
  const { headers, status } = await fetch(server.url("/signup/"), how)
  const [cookie] = headers.getSetCookie()
  if (!cookie) throw new Error(`Signing up was answered with ${status}`)
  return { cookie: cookie.split(";")[0] ?? "" }
}

/** Opens a socket in the lobby. */
export function enter(
  server: ServerProcess,
  { cookie }: Visitor,
): Promise<SocketClient> {
  const headers = { cookie }
  return SocketClient.open(server.socketUrl("/ws/chat/lobby/"), { headers })
}
