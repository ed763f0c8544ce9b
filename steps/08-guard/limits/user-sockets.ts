import type { Application } from "../../01-echo/application.ts"
import { RequestError } from "../../01-echo/request-error.ts"
import { knownUserOf } from "../../06-accounts/users-only.ts"
import { Seats } from "./seats.ts"

/** Refuses a socket before there is a consumer or a channel for it. Must be
 * below `UsersOnly`.
 * @throws RequestError 429 if the user has too many sockets in this process */
export function UserSockets(inner: Application, perUser: number): Application {
  const seats = new Seats(perUser)
  return (scope, receive, send) => {
    const user = String(knownUserOf(scope).id)
    return seats.hold(user, tooMany, () => inner(scope, receive, send))
  }
}

function tooMany(): RequestError {
  const sentence = "You have too many open sockets: close a tab."
  return new RequestError(429, sentence, { "Retry-After": "10" })
}
