import type { Application } from "../01-echo/application.ts"
import type { Accounts } from "./accounts.ts"
import { AuthMiddleware } from "./auth-middleware.ts"
import { CookieMiddleware } from "./cookie-middleware.ts"
import { SessionMiddleware } from "./session-middleware.ts"

/** Cookies, session, user: each needs what the one before it adds. Mirrors
 * `AuthMiddlewareStack`. */
export function AuthMiddlewareStack(
  inner: Application,
  accounts: Accounts,
): Application {
  return CookieMiddleware(
    SessionMiddleware(AuthMiddleware(inner, accounts), accounts),
  )
}
