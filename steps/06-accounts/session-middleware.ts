import type { Application, Scope } from "../01-echo/application.ts"
import { ScopeKey } from "../02-routing/scope-key.ts"
import type { Accounts } from "./accounts.ts"
import { cookiesOf } from "./cookie-middleware.ts"

export interface Session {
  /** Undefined without a session, or if it has expired. */
  readonly userId: number | undefined
}

const session = new ScopeKey<Session>("session", "SessionMiddleware")

/** @throws Error if no SessionMiddleware is above */
export function sessionOf(scope: Scope): Session {
  return session.of(scope)
}

/** Adds the session that the cookie names. Mirrors `SessionMiddleware`. */
// #region adds-session
export function SessionMiddleware(
  inner: Application,
  { sessions, cookie }: Accounts,
): Application {
  return async (scope, receive, send): Promise<void> => {
    // #region session
    const key = cookiesOf(scope)[cookie.name]
    const userId = key ? await sessions.find(key) : undefined
    await inner(session.extend(scope, { userId }), receive, send)
    // #endregion session
  }
}
// #endregion adds-session
