import { stringifySetCookie } from "cookie"
import type { HttpScope } from "../01-echo/application.ts"
import type { Accounts, SessionCookie } from "./accounts.ts"
import { cookiesOf } from "./cookie-middleware.ts"
import { sessionSeconds } from "./sessions.ts"
import type { User } from "./users.ts"

/** Begins a session under a new key: an attacker may have planted the old one.
 * Mirrors `login` of `channels.auth`. */
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

/** Ends the session. Mirrors `logout` of `channels.auth`. */
export async function logout(
  scope: HttpScope,
  accounts: Accounts,
): Promise<void> {
  // Comes first: the browser forgets the key even if the database fails.
  setCookie(scope, accounts.cookie, "", 0)
  await endSession(scope, accounts)
}

async function endSession(scope: HttpScope, { sessions, cookie }: Accounts) {
  const key = cookiesOf(scope)[cookie.name]
  if (key) await sessions.delete(key)
}

/** @param maxAge in seconds; 0 deletes the cookie */
function setCookie(
  { response }: HttpScope,
  { name, isSecure: secure }: SessionCookie,
  value: string,
  maxAge: number,
) {
  const flags = { path: "/", httpOnly: true, sameSite: "lax", secure } as const
  const cookie = stringifySetCookie({ name, value, maxAge, ...flags })
  response.appendHeader("Set-Cookie", cookie)
}
