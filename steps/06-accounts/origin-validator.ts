import type { Application, Scope } from "../01-echo/application.ts"
import { RequestError } from "../01-echo/request-error.ts"

/** Keeps other sites from acting for a user. Browsers send our cookie with the
 * forms and sockets of every page on this host, whatever its port, but they
 * name the page's origin. Mirrors `AllowedHostsOriginValidator`, and replaces
 * Django's CSRF token.
 * @throws RequestError 403 for another origin */
export function OriginValidator(inner: Application): Application {
  return async (scope, receive, send): Promise<void> => {
    // #region origin
    if (canChangeSomething(scope) && !isOwnOrigin(scope)) {
      throw new RequestError(403, "This page belongs to another site")
    }
    await inner(scope, receive, send)
    // #endregion origin
  }
}

// #region questions
function canChangeSomething(scope: Scope): boolean {
  if (scope.type === "websocket") return true
  return !["GET", "HEAD", "OPTIONS"].includes(scope.request.method ?? "")
}

/** A client without an origin is not a browser, so it does not send a cookie by
 * accident. */
function isOwnOrigin({ headers }: Scope): boolean {
  const { origin, host } = headers
  if (origin === undefined) return true
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase()
}
// #endregion questions
