import type { Application, Scope } from "../01-echo/application.ts"
import { RequestError } from "../01-echo/request-error.ts"

/**
 * Lets no other site act for a visitor: browsers send our cookie along with a
 * socket or a form of any page on this host, whatever its port, and name that
 * page's origin. Mirrors `AllowedHostsOriginValidator`, and stands in for
 * Django's CSRF token.
 * @throws RequestError 403 when called for a foreign origin
 */
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

function canChangeSomething(scope: Scope): boolean {
  if (scope.type === "websocket") return true
  return !["GET", "HEAD", "OPTIONS"].includes(scope.request.method ?? "")
}

/** Programs that are no browsers send no origin, and no cookie by accident. */
function isOwnOrigin({ headers }: Scope): boolean {
  const { origin, host } = headers
  if (origin === undefined) return true
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase()
}
