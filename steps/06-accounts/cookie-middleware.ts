import { parseCookie } from "cookie"
import type { Application, Scope } from "../01-echo/application.ts"
import { ScopeKey } from "../02-routing/scope-key.ts"

export type Cookies = Readonly<Record<string, string | undefined>>

const cookies = new ScopeKey<Cookies>("cookies", "CookieMiddleware")

/** @throws Error if no CookieMiddleware is above */
export function cookiesOf(scope: Scope): Cookies {
  return cookies.of(scope)
}

/** Adds the cookies to the scope. Mirrors `CookieMiddleware`. */
export function CookieMiddleware(inner: Application): Application {
  return (scope, receive, send) => {
    const parsed = parseCookie(scope.headers.cookie ?? "")
    return inner(cookies.extend(scope, parsed), receive, send)
  }
}
