import type { Application, Scope } from "../../01-echo/application.ts"
import { RequestError } from "../../01-echo/request-error.ts"

export interface AllowedOrigins {
  /** Like "chat.example", ".example" or "https://chat.example:8443". */
  readonly patterns: readonly string[]
  /** Refuse a client that names no origin: it is no browser. */
  readonly isRequired: boolean
}

/** Lets only our own pages, and those of named sites, act for a user. Patterns
 * are those of Channels' `OriginValidator`; unlike there, the address that the
 * browser itself has asked for is always allowed.
 * @throws RequestError 403 for another origin */
export function AllowedOriginValidator(
  inner: Application,
  { patterns, isRequired }: AllowedOrigins,
): Application {
  return async (scope, receive, send): Promise<void> => {
    const { origin } = scope.headers
    const isAllowed =
      isSafe(scope) ||
      (origin === undefined
        ? !isRequired || patterns.includes("*")
        : isOwn(scope, origin) || patterns.some((it) => matches(it, origin)))
    if (!isAllowed) {
      throw new RequestError(403, "This page belongs to another site")
    }
    await inner(scope, receive, send)
  }
}

function isSafe(scope: Scope): boolean {
  if (scope.type === "websocket") return false
  return ["GET", "HEAD", "OPTIONS"].includes(scope.request.method ?? "")
}

function isOwn({ headers }: Scope, origin: string): boolean {
  if (!URL.canParse(origin)) return false
  return new URL(origin).host === headers.host?.toLowerCase()
}

/** Channels' table: a pattern without a scheme compares the host only, one with
 * a scheme also the scheme and the port. */
export function matches(pattern: string, origin: string): boolean {
  if (pattern === "*") return true
  const wanted = partsOf(pattern)
  const own = originShape.exec(origin.toLowerCase())?.groups
  if (!wanted || !own) return false
  const host = own.host ?? ""
  const isHost = wanted.host.startsWith(".")
    ? `.${host}`.endsWith(wanted.host)
    : host === wanted.host
  if (!wanted.scheme) return isHost
  const isSamePort = portOf(wanted) === portOf(own)
  return isHost && own.scheme === wanted.scheme && isSamePort
}

/** Whether `matches` can match anything by this. */
export function isPattern(pattern: string): boolean {
  return pattern === "*" || partsOf(pattern) !== undefined
}

interface Parts {
  readonly scheme?: string | undefined
  readonly host?: string | undefined
  readonly port?: string | undefined
}

// Not by `URL`: a pattern may have no scheme, or begin with a dot. A port needs
// a scheme.
const host = String.raw`(?<host>\[[\da-f:.]+\]|[^[\]/?#:@*\s]+)`
const port = String.raw`(?::(?<port>\d+))?\/?`
const originShape = new RegExp(`^(?:(?<scheme>[a-z]+):)?//${host}${port}$`)
const fullPattern = new RegExp(`^(?<scheme>[a-z]+)://${host}${port}$`)
const hostPattern = new RegExp(`^${host}$`)

const usualPorts: Readonly<Record<string, string>> = {
  http: "80",
  ws: "80",
  https: "443",
  wss: "443",
}

function partsOf(pattern: string): (Parts & { host: string }) | undefined {
  const text = pattern.toLowerCase()
  const { groups } = fullPattern.exec(text) ?? hostPattern.exec(text) ?? {}
  return groups?.host ? { ...groups, host: groups.host } : undefined
}

function portOf({ scheme = "", port }: Parts): string | undefined {
  return port ?? usualPorts[scheme]
}
