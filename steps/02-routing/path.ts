import type { Application } from "../01-echo/application.ts"
import { type Converter, converters } from "./converters.ts"

/** The values of a route's placeholders, by name. */
export type Kwargs = Readonly<Record<string, string | number>>

export interface RouteMatch {
  readonly kwargs: Kwargs
  /** The rest of the path, for a router; empty for other applications. */
  readonly remaining: string
}

export interface Route {
  readonly application: Application
  /** @param address a path without leading slashes */
  match(address: string): RouteMatch | undefined
}

interface Placeholder {
  readonly name: string
  readonly converter: Converter
}

const routers = new WeakSet<Application>()

export function markAsRouter(application: Application): void {
  routers.add(application)
}

/** A route to a router matches the start of a path. Others match all of it. */
export function isRouter(application: Application): boolean {
  return routers.has(application)
}

/** One row of a URLRouter. Mirrors `path` of Django.
 * @param route like `ws/chat/<str:roomName>/`: placeholders are
 * `<converter:name>`, or `<name>` for any text without a slash
 * @param kwargs added to what the placeholders capture
 * @throws Error if the route is malformed */
// #region one-row
export function path(
  route: string,
  application: Application,
  kwargs: Kwargs = {},
): Route {
  if (route.startsWith("/")) {
    throw new Error(`"${route}": a route begins without a slash`)
  }
  const { source, placeholders } = parse(route)
  const end = isRouter(application) ? "" : "$"
  const pattern = new RegExp(`^${source}${end}`, "s")
  return {
    application,
    match(address) {
      const found = pattern.exec(address)
      const captured = found && convert(placeholders, found.slice(1))
      if (!captured) return undefined
      const remaining = address.slice(found[0].length)
      return { kwargs: { ...captured, ...kwargs }, remaining }
    },
  }
}
// #endregion one-row

function parse(route: string) {
  const placeholders: Placeholder[] = []
  const parts = route.split(/(<[^>]*>)/).map((part) => {
    if (!part.startsWith("<")) return literal(part)
    const placeholder = parsePlaceholder(part, route)
    placeholders.push(placeholder)
    return `(${placeholder.converter.pattern})`
  })
  return { source: parts.join(""), placeholders }
}

function parsePlaceholder(text: string, route: string): Placeholder {
  const found = /^<(?:(\w+):)?([a-zA-Z_]\w*)>$/.exec(text)
  const [, kind = "str", name] = found ?? []
  const converter = converters.get(kind)
  if (!name) throw new Error(`"${route}": ${text} is not <converter:name>`)
  if (!converter) {
    const known = [...converters.keys()].join(", ")
    throw new Error(`"${route}": no converter "${kind}"; there are ${known}`)
  }
  return { name, converter }
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
}

// #region from-texts-to-values
function convert(
  placeholders: readonly Placeholder[],
  texts: readonly string[],
): Kwargs | undefined {
  const kwargs: Record<string, string | number> = {}
  for (const [index, { name, converter }] of placeholders.entries()) {
    // #region convert
    const value = converter.convert(texts[index] ?? "")
    if (value === undefined) return undefined
    kwargs[name] = value
    // #endregion convert
  }
  return kwargs
}
// #endregion from-texts-to-values
