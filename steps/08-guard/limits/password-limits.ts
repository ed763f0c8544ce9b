import { type RequestHandler, Router } from "express"
import type { Scope } from "../../01-echo/application.ts"
import { RequestError } from "../../01-echo/request-error.ts"
import { scopeOf } from "../../03-pages/express-application.ts"
import { responseOver } from "../connections/response-over.ts"
import { Allowances } from "./allowances.ts"
import { Seats } from "./seats.ts"
import type { Rate } from "./token-bucket.ts"

/** Half of those that may wait for a hash: the rest is for other addresses. */
const mostWaiting = 10

/** Keeps one address from filling the queue of the passwords that wait to be
 * hashed, and from making accounts without end. */
export function passwordLimits(
  signUps: Rate | undefined,
  addressOf: (scope: Scope) => string,
): Router {
  const allowances = new Allowances(signUps)
  const seats = new Seats(signUps ? mostWaiting : Number.POSITIVE_INFINITY)
  const router = Router()

  const countSignUp: RequestHandler = (request, _response, next) => {
    const seconds = allowances.take(addressOf(scopeOf(request)))
    if (seconds > 0) throw tooMany("new accounts", Math.ceil(seconds))
    next()
  }

  const holdSeat: RequestHandler = (request, response, next) => {
    const address = addressOf(scopeOf(request))
    const refusal = () => tooMany("passwords to check", 2)
    const answered = async () => {
      next()
      await responseOver(response)
    }
    seats.hold(address, refusal, answered).catch(next)
  }

  router.post("/signup/", countSignUp)
  router.post(["/signup/", "/login/", "/password/"], holdSeat)
  return router
}

function tooMany(what: string, seconds: number): RequestError {
  return new RequestError(429, `Your address has too many ${what}.`, {
    "Retry-After": String(seconds),
  })
}
