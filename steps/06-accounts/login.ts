import { stringifySetCookie } from "cookie"
import type { HttpScope } from "../01-echo/application.ts"
import type { Accounts, SessionCookie } from "./accounts.ts"
import { cookiesOf } from "./cookie-middleware.ts"
import { sessionSeconds } from "./sessions.ts"
import type { User } from "./users.ts"

/** Begins a session under a new key, which nobody can have planted. Mirrors
 * `login` of `channels.auth`. */
export async function login(
  scope: HttpScope,
  user: User,
  accounts: Accounts,
): Promise<void> {
  // #region login
  await endSession(scope, accounts)
  const key = await accounts.sessions.create(user.id)
  setCookie(scope, accounts.cookie, key, sessionSeconds)
  // #endregion login
}

/** Forgets the session here and in the browser. Mirrors `logout` of
 * `channels.auth`. */
export async function logout(
  scope: HttpScope,
  accounts: Accounts,
): Promise<void> {
  // First: the browser forgets it even if the database cannot.
  setCookie(scope, accounts.cookie, "", 0)
  await endSession(scope, accounts)
}

async function endSession(scope: HttpScope, { sessions, cookie }: Accounts) {
  const key = cookiesOf(scope)[cookie.name]
  if (key) await sessions.delete(key)
}

/** @param seconds how long the browser keeps it; 0 deletes it */
function setCookie(
  { response }: HttpScope,
  { name, isSecure }: SessionCookie,
  value: string,
  seconds: number,
) {
  const cookie = stringifySetCookie({
    name,
    value,
    maxAge: seconds,
    path: "/",
    httpOnly: true,
    sameSite: "lax",
    secure: isSecure,
  })
  response.appendHeader("Set-Cookie", cookie)
}
