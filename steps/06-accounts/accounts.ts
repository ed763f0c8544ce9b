import type { Database } from "./database/open-database.ts"
import { type SessionStore, Sessions } from "./sessions.ts"
import { type UserStore, Users } from "./users.ts"

/** The cookie that holds a session's key. */
export interface SessionCookie {
  readonly name: string
  /** Sent over HTTPS only. */
  readonly isSecure: boolean
}

/** The users, their sessions, and the cookie of a session. */
export interface Accounts {
  readonly users: UserStore
  readonly sessions: SessionStore
  readonly cookie: SessionCookie
}

const plainCookie = { name: "sessionid", isSecure: false }

/** @param database one that has the tables of this step */
export function accountsIn(database: Database, cookie = plainCookie): Accounts {
  const users = new Users(database)
  return { users, sessions: new Sessions(database), cookie }
}
