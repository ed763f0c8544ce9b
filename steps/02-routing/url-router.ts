import type { Application, Scope } from "../01-echo/application.ts"
import { RequestError } from "../01-echo/request-error.ts"
import type { Route } from "./path.ts"
import { urlRoute } from "./url-route.ts"

/** Answers 404, unless a router further out has another route. */
export class NoRouteError extends RequestError {
  constructor(path: string) {
    super(404, `No route found for path "${path}".`)
  }
}

/** Routers match the beginning of a path; all others must match it whole. */
const routers = new WeakSet<Application>()

/**
 * An application that calls the first route that matches the path.
 * Mirrors `URLRouter`, but for no route at all, which Channels answers 500.
 * @throws NoRouteError when called with a path that no route matches
 */
export function URLRouter(routes: readonly Route[]): Application {
  const router: Application = async (scope, receive, send): Promise<void> => {
    const outer = urlRoute.in(scope) ? urlRoute.of(scope) : undefined
    const path = (outer?.remaining ?? scope.path).replace(/^\/+/, "")
    // #region first-match
    for (const route of routes) {
      const isRouter = routers.has(route.application)
      const inner = enter(route, path, isRouter, scope)
      if (!inner) continue
      try {
        return await route.application(inner, receive, send)
      } catch (error) {
        if (!isRouter || !(error instanceof NoRouteError)) throw error
      }
    }
    // #endregion first-match
    throw new NoRouteError(path)
  }
  routers.add(router)
  return router
}

/** The scope for the route's application, if the route matches. */
function enter(
  route: Route,
  path: string,
  part: boolean,
  scope: Scope,
): Scope | undefined {
  // #region merge-kwargs
  const match = route.match(path, part)
  if (!match) return undefined
  const outer = urlRoute.in(scope) ? urlRoute.of(scope).kwargs : {}
  return urlRoute.extend(scope, {
    kwargs: { ...outer, ...match.kwargs },
    remaining: match.remaining,
  })
  // #endregion merge-kwargs
}
