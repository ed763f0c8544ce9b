import type { Database } from "sqlite"
import { Sessions } from "./sessions.ts"
import { Users } from "./users.ts"

/** Who there is, and who is logged in. */
export interface Accounts {
  readonly users: Users
  readonly sessions: Sessions
}

/** @param database that has the tables of this step */
export function accountsIn(database: Database): Accounts {
  return { users: new Users(database), sessions: new Sessions(database) }
}
