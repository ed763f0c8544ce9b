import type { Scope } from "../01-echo/application.ts"
import type { Kwargs } from "./path.ts"
import { ScopeKey } from "./scope-key.ts"

/** What the routers above have found in the path. */
export interface UrlRoute {
  readonly kwargs: Kwargs
  /** The rest of the path, for routers below. */
  readonly remaining: string
}

/** Mirrors `scope["url_route"]` and `scope["path_remaining"]`. */
export const urlRoute = new ScopeKey<UrlRoute>("urlRoute", "URLRouter")

/** @throws Error if no URLRouter is above */
export function urlRouteOf(scope: Scope): UrlRoute {
  return urlRoute.of(scope)
}
