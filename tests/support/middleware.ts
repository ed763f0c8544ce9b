import { IncomingMessage, ServerResponse } from "node:http"
import { Socket } from "node:net"
import { setImmediate } from "node:timers/promises"
import type {
  Application,
  Receive,
  Scope,
  Send,
  ServerEvent,
} from "../../steps/01-echo/application.ts"
import { Unmet } from "../../workbook/unmet.ts"
import { did } from "./story.ts"

export type Middleware = (inner: Application) => Application

/** A request for a page, or for a socket. */
export interface Asked {
  /** "Ann", "a visitor" */
  readonly who: string
  /** Like "POST"; a socket has none. */
  readonly method?: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
}

const never: Receive = () => new Promise<never>(() => {})
const ignore: Send = async () => {}

/** The scope with which the server would call its application. */
export function scopeOf({ method, path, headers: given = {} }: Asked): Scope {
  const headers = { host: "localhost:8000", ...given }
  const common = { path, queryString: "", headers }
  if (!method) return { ...common, type: "websocket", subprotocols: [] }
  const request = new IncomingMessage(new Socket())
  Object.assign(request, { method, url: path, headers })
  const response = new ServerResponse(request)
  return { ...common, type: "http", request, response }
}

/** Calls middleware as the server would.
 * @returns the scope with which it calls the application inside
 * @throws Unmet if it does not */
export async function scopeInside(
  middleware: Middleware,
  asked: Asked,
): Promise<Scope> {
  const scopes: Scope[] = []
  const inner: Application = async (scope) => void scopes.push(scope)
  tell(asked)
  await middleware(inner)(scopeOf(asked), never, ignore)
  if (scopes[0]) return scopes[0]
  throw new Unmet(
    "the middleware calls the application inside it",
    `no call: ${inWords(asked)} gets no answer`,
  )
}

/** What happens to a request, in words: "passed on", or "refused with 403: Log
 * in first", or what else happens. */
export async function outcome(
  middleware: Middleware,
  asked: Asked,
): Promise<string> {
  const events: string[] = []
  const inner: Application = async () => void events.push("passed on")
  const send: Send = async (event) => void events.push(sent(event))
  tell(asked)
  try {
    await middleware(inner)(scopeOf(asked), never, send)
  } catch (error) {
    if (!isRefusal(error)) {
      const received = `${error}, which the server answers with 500`
      const cause = error
      throw new Unmet(
        "it is passed on, or refused by a RequestError",
        received,
        { cause },
      )
    }
    events.push(`refused with ${error.status}: ${error.message}`)
  }
  return events.join(", then ") || `no answer to ${inWords(asked)}`
}

/** Who returns first, if the application inside does not return at once. */
export async function returns(
  middleware: Middleware,
  asked: Asked,
): Promise<string[]> {
  const events: string[] = []
  const inner: Application = async () => {
    await setImmediate()
    events.push("the application inside returns")
  }
  tell(asked)
  await middleware(inner)(scopeOf(asked), never, ignore)
  events.push("the middleware returns")
  return events
}

/** What `returns` gives if the middleware waits. */
export const inOrder = [
  "the application inside returns",
  "the middleware returns",
]

/** Calls middleware with a scope that other middleware has made. */
export async function callWith(
  scope: Scope,
  middleware: Middleware,
): Promise<void> {
  await middleware(async () => {})(scope, never, ignore)
}

function tell(asked: Asked): void {
  const { who, method, headers = {} } = asked
  const with_ = Object.entries(headers).map(([name, it]) => `${name}: ${it}`)
  const what = method ? `asks for ${inWords(asked)}` : `opens ${asked.path}`
  did([`${who} ${what}`, ...with_].join(", "))
}

function inWords({ method, path }: Asked): string {
  return method ? `${method} ${path}` : `the socket ${path}`
}

function sent(event: ServerEvent): string {
  const code = event.type === "websocket.close" ? ` with ${event.code}` : ""
  return `sent ${event.type}${code}`
}

function isRefusal(error: unknown): error is Error & { status: number } {
  return error instanceof Error && "status" in error
}
