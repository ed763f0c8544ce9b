import type { Application } from "../01-echo/application.ts"

const routers = new WeakSet<Application>()

/** Remembers that an application is a URLRouter. */
export function markAsRouter(application: Application): void {
  routers.add(application)
}

/** Whether an application is a URLRouter: a route to one matches only the
 * beginning of a path, a route to any other application all of it. */
export function isRouter(application: Application): boolean {
  return routers.has(application)
}
