import type { Application, Scope } from "../../01-echo/application.ts"
import { RequestError } from "../../01-echo/request-error.ts"
import { Allowances } from "./allowances.ts"
import type { Limits } from "./limits.ts"
import { Seats } from "./seats.ts"

export interface AddressLimitsOptions {
  readonly limits: Limits
  readonly addressOf: (scope: Scope) => string
  /** Whether the process has more to do than it can. */
  readonly isOverloaded: () => boolean
}

// #region limits
/** Refuses a handshake, or a page's request, before anything is looked up for
 * it.
 * @throws RequestError 429 if its address has too many, 503 if the process has */
export function AddressLimits(
  inner: Application,
  { limits, addressOf, isOverloaded }: AddressLimitsOptions,
): Application {
  const handshakes = new Allowances(limits.handshakesOfAddress)
  const requests = new Allowances(limits.requestsOfAddress)
  const ofAddress = new Seats(limits.socketsOfAddress)
  const ofProcess = new Seats(limits.socketsOfProcess)
  return async (scope, receive, send): Promise<void> => {
    const address = addressOf(scope)
    const isSocket = scope.type === "websocket"
    const seconds = (isSocket ? handshakes : requests).take(address)
    if (seconds > 0) throw tooMany("requests", Math.ceil(seconds))
    if (!isSocket) return inner(scope, receive, send)
    if (isOverloaded()) throw full()
    const call = () => inner(scope, receive, send)
    const ofAll = () => ofProcess.hold("", full, call)
    await ofAddress.hold(address, () => tooMany("open sockets", 10), ofAll)
  }
}
// #endregion limits

function tooMany(what: string, seconds: number): RequestError {
  return new RequestError(429, `Your address has too many ${what}`, {
    "Retry-After": String(seconds),
  })
}

function full(): RequestError {
  const sentence = "This server is full. Try again in a moment."
  return new RequestError(503, sentence, { "Retry-After": "10" })
}
