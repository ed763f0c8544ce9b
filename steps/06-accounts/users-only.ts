import type { Application, Scope } from "../01-echo/application.ts"
import { RequestError } from "../01-echo/request-error.ts"
import { userOf } from "./auth-middleware.ts"
import type { User } from "./users.ts"

/** Refuses a visitor at any address, before there is a consumer, a channel or a
 * subscription.
 * @throws RequestError 403 when called for a visitor */
export function UsersOnly(inner: Application): Application {
  return async (scope, receive, send): Promise<void> => {
    // #region refuse-visitors
    if (!userOf(scope)) throw new RequestError(403, "Log in first")
    await inner(scope, receive, send)
    // #endregion refuse-visitors
  }
}

/** @throws Error if no UsersOnly is above */
export function knownUserOf(scope: Scope): User {
  const user = userOf(scope)
  if (user) return user
  throw new Error("There is no user in scope. UsersOnly must be above it.")
}
