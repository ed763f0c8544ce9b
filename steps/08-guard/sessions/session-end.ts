import type {
  Application,
  ClientEvent,
  Receive,
  Scope,
} from "../../01-echo/application.ts"
import { cookiesOf } from "../../06-accounts/cookie-middleware.ts"
import { hashOfKey } from "../../06-accounts/sessions.ts"
import type { OpenSessions } from "./open-sessions.ts"

/** The page goes to its own address, and so to the login. */
const code = 4001
const reason = "Your session has ended"
const closing = { type: "websocket.close", code, reason } as const

/** Closes a socket when its session ends: a socket was let in once, and stays
 * open for days. Must be below `CookieMiddleware`.
 * @param cookie its name
 * @param nameOf what the session of a key is called in `sessions` */
// #region session-end
export function SessionEnd(
  inner: Application,
  sessions: OpenSessions,
  cookie: string,
  nameOf: (key: string, scope: Scope) => string = hashOfKey,
): Application {
  return async (scope, receive, send): Promise<void> => {
    const key = cookiesOf(scope)[cookie]
    if (scope.type !== "websocket" || !key) return inner(scope, receive, send)
    let isOver = false
    const remove = sessions.add(nameOf(key, scope), () => {
      isOver = true
      void send(closing)
    })
    try {
      const guarded = until(() => isOver, receive)
      await inner(scope, guarded, send)
    } finally {
      remove()
    }
  }
}
// #endregion session-end

/** Frames that had come before the end are no longer handled. */
function until(isOver: () => boolean, receive: Receive): Receive {
  const checked = (event: ClientEvent): ClientEvent => {
    return isOver() ? { type: "websocket.disconnect", code } : event
  }
  const guarded: Receive = async () => checked(await receive())
  const many = receive.many ?? (async () => [await receive()])
  guarded.many = (limit) => {
    return many(limit).then((events) => {
      return events.map(checked).slice(0, isOver() ? 1 : limit)
    })
  }
  return guarded
}
