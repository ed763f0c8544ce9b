import type { Application } from "../01-echo/application.ts"
import { type Converter, converters } from "./converters.ts"

/** The values of a route's placeholders, by name. */
export type Kwargs = Readonly<Record<string, string | number>>

export interface RouteMatch {
  readonly kwargs: Kwargs
  /** What of the path the route left over; empty for a whole match. */
  readonly remaining: string
}

export interface Route {
  readonly application: Application
  /**
   * @param path without leading slashes
   * @param part whether the route may match just the beginning
   */
  match(path: string, part: boolean): RouteMatch | undefined
}

interface Placeholder {
  readonly name: string
  readonly converter: Converter
}

// #region one-row
/**
 * One row of a URLRouter. Mirrors `path` of Django.
 * @param route like `ws/chat/<str:roomName>/`: placeholders are
 * `<converter:name>`, or `<name>` for any text without a slash
 * @param kwargs added to what the placeholders capture
 * @throws Error if the route cannot be read
 */
export function path(
  route: string,
  application: Application,
  kwargs: Kwargs = {},
): Route {
  if (route.startsWith("/")) {
    throw new Error(`"${route}": a route begins without a slash`)
  }
  const { source, placeholders } = parse(route)
  const whole = new RegExp(`^${source}$`, "s")
  const beginning = new RegExp(`^${source}`, "s")
  return {
    application,
    match(path, part) {
      const found = (part ? beginning : whole).exec(path)
      const captured = found && convert(placeholders, found.slice(1))
      if (!captured) return undefined
      return {
        kwargs: { ...captured, ...kwargs },
        remaining: path.slice(found[0].length),
      }
    },
  }
}
// #endregion one-row

function parse(route: string) {
  const placeholders: Placeholder[] = []
  const source = route
    .split(/(<[^>]*>)/)
    .map((part) => {
      if (!part.startsWith("<")) return literal(part)
      const placeholder = parsePlaceholder(part, route)
      placeholders.push(placeholder)
      return `(${placeholder.converter.pattern})`
    })
    .join("")
  return { source, placeholders }
}

function parsePlaceholder(text: string, route: string): Placeholder {
  const [, kind = "str", name] =
    /^<(?:(\w+):)?([a-zA-Z_]\w*)>$/.exec(text) ?? []
  const converter = converters.get(kind)
  if (!name) throw new Error(`"${route}": ${text} is no <converter:name>`)
  if (!converter) {
    const known = [...converters.keys()].join(", ")
    throw new Error(`"${route}": no converter "${kind}", only ${known}`)
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
