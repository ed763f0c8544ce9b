import { once } from "node:events"
import type { IncomingMessage } from "node:http"
import express, { type Router } from "express"
import type { Application, HttpScope } from "../01-echo/application.ts"
import { answerError, notFound } from "./error-pages.ts"

const scopes = new WeakMap<IncomingMessage, HttpScope>()

/** The scope of a page's request, with everything that middleware has added. */
export function scopeOf(request: IncomingMessage): HttpScope {
  const scope = scopes.get(request)
  if (scope) return scope
  throw new Error("This request did not come through expressApplication")
}

/** Keep other sites from framing our pages or running scripts in them. */
export const pageHeaders: Readonly<Record<string, string>> = {
  "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'",
  "Referrer-Policy": "same-origin",
  "X-Content-Type-Options": "nosniff",
}

/** Express as an application, so that routers and middleware can wrap it.
 * Mirrors `get_asgi_application`.
 * @param headers sent with every answer */
export function expressApplication(
  pages: Router,
  headers = pageHeaders,
): Application {
  // #region express-application
  const app = express()
  app.disable("x-powered-by")
  app.use((_request, response, next) => {
    response.set(headers)
    next()
  })
  app.use(pages, notFound, answerError)
  return async (scope): Promise<void> => {
    if (scope.type !== "http")
      throw new Error("Express answers requests for pages only")
    // Middleware may have waited, and the visitor has left meanwhile.
    if (scope.request.socket.destroyed) return
    // #region call-express
    scopes.set(scope.request, scope)
    const answered = once(scope.response, "close")
    app(scope.request, scope.response)
    await answered
    // #endregion call-express
  }
  // #endregion express-application
}
