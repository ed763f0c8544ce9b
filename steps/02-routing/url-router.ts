import type { Application, Scope } from "../01-echo/application.ts"
import { RequestError } from "../01-echo/request-error.ts"
import { isRouter, markAsRouter, type Route } from "./path.ts"
import { urlRoute } from "./url-route.ts"

/** Answers 404, unless another route of a router above matches. */
export class NoRouteError extends RequestError {
  constructor(address: string) {
    super(404, `No route found for path "${address}".`)
  }
}

/** An application that calls the first route that matches the path. Mirrors
 * `URLRouter`, but answers a path without a route with 404, not 500.
 * @throws NoRouteError when called with a path that no route matches */
// #region url-router
export function URLRouter(routes: readonly Route[]): Application {
  const router: Application = async (scope, receive, send): Promise<void> => {
    const left = urlRoute.find(scope)?.remaining ?? scope.path
    const address = left.replace(/^\/+/, "")
    // #region first-match
    for (const route of routes) {
      const inner = enter(route, address, scope)
      if (!inner) continue
      const { application } = route
      if (!isRouter(application)) return application(inner, receive, send)
      try {
        return await application(inner, receive, send)
      } catch (error) {
        if (!(error instanceof NoRouteError)) throw error
      }
    }
    // #endregion first-match
    throw new NoRouteError(address)
  }
  markAsRouter(router)
  return router
}
// #endregion url-router

/** @returns the scope for the route's application; undefined if the route does
 * not match */
export function enter(
  route: Route,
  address: string,
  scope: Scope,
): Scope | undefined {
  // #region merge-kwargs
  const match = route.match(address)
  if (!match) return undefined
  const outer = urlRoute.find(scope)?.kwargs
  return urlRoute.extend(scope, {
    kwargs: { ...outer, ...match.kwargs },
    remaining: match.remaining,
  })
  // #endregion merge-kwargs
}
