import type { Scope } from "../01-echo/application.ts"
import type { Kwargs } from "./path.ts"
import { ScopeKey } from "./scope-key.ts"

/** What the routers above have found out about the path. */
export interface UrlRoute {
  readonly kwargs: Kwargs
  /** What is left for routers further in. */
  readonly remaining: string
}

/** Mirrors `scope["url_route"]` and `scope["path_remaining"]`. */
export const urlRoute = new ScopeKey<UrlRoute>("urlRoute", "URLRouter")

/** @throws Error if no URLRouter is above */
export function urlRouteOf(scope: Scope): UrlRoute {
  return urlRoute.of(scope)
}
