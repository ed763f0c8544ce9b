import type { Application, Scope } from "../01-echo/application.ts"
import { ScopeKey } from "../02-routing/scope-key.ts"
import { cookiesOf } from "./cookie-middleware.ts"
import type { Sessions } from "./sessions.ts"

export const sessionCookie = "sessionid"

export interface Session {
  /** Undefined for someone who has no session, or an outdated one. */
  readonly userId: number | undefined
}

const session = new ScopeKey<Session>("session", "SessionMiddleware")

/** @throws Error if no SessionMiddleware is above */
export function sessionOf(scope: Scope): Session {
  return session.of(scope)
}

/** Adds the session that the cookie names. Mirrors `SessionMiddleware`. */
export function SessionMiddleware(
  inner: Application,
  sessions: Sessions,
): Application {
  return async (scope, receive, send): Promise<void> => {
    // #region session
    const key = cookiesOf(scope)[sessionCookie]
    const userId = key ? await sessions.find(key) : undefined
    await inner(session.extend(scope, { userId }), receive, send)
    // #endregion session
  }
}
