import { stringifySetCookie } from "cookie"
import type { HttpScope } from "../01-echo/application.ts"
import { cookiesOf } from "./cookie-middleware.ts"
import { sessionCookie } from "./session-middleware.ts"
import { type Sessions, sessionAge } from "./sessions.ts"
import type { User } from "./users.ts"

/** Begins a session under a new key, so that nobody can have planted it.
 * Mirrors `login` of `channels.auth`. */
export async function login(
  scope: HttpScope,
  user: User,
  sessions: Sessions,
): Promise<void> {
  // #region login
  await endSession(scope, sessions)
  setSessionCookie(scope, await sessions.create(user.id), sessionAge)
  // #endregion login
}

/** Mirrors `logout` of `channels.auth`. */
export async function logout(
  scope: HttpScope,
  sessions: Sessions,
): Promise<void> {
  await endSession(scope, sessions)
  setSessionCookie(scope, "", 0)
}

async function endSession(scope: HttpScope, sessions: Sessions) {
  const key = cookiesOf(scope)[sessionCookie]
  if (key) await sessions.delete(key)
}

/** @param maxAge in seconds; 0 deletes the cookie */
function setSessionCookie(scope: HttpScope, value: string, maxAge: number) {
  const cookie = stringifySetCookie({
    name: sessionCookie,
    value,
    maxAge,
    path: "/",
    httpOnly: true,
    sameSite: "lax",
  })
  scope.response.appendHeader("Set-Cookie", cookie)
}
