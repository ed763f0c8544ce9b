import type { Application, Scope } from "../01-echo/application.ts"
import { ScopeKey } from "../02-routing/scope-key.ts"
import type { Accounts } from "./accounts.ts"
import { sessionOf } from "./session-middleware.ts"
import type { User } from "./users.ts"

const user = new ScopeKey<User | undefined>("user", "AuthMiddleware")

/** @returns the user at the time of the request; undefined for a visitor
 * @throws Error if no AuthMiddleware is above */
export function userOf(scope: Scope): User | undefined {
  return user.of(scope)
}

/** Adds the session's user to the scope. Mirrors `AuthMiddleware`. */
export function AuthMiddleware(
  inner: Application,
  { users }: Accounts,
): Application {
  return async (scope, receive, send): Promise<void> => {
    // #region user
    const { userId } = sessionOf(scope)
    const found = userId === undefined ? undefined : await users.find(userId)
    await inner(user.extend(scope, found), receive, send)
    // #endregion user
  }
}
