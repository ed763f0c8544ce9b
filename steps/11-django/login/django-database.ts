import { existsSync } from "node:fs"
import { failToStart } from "../../01-echo/server/fail-to-start.ts"
import { Connection } from "../../06-accounts/database/connection.ts"
import { isOfPassword, readSessionData } from "./session-data.ts"
import type { DjangoSettings } from "./settings.ts"

/** A user of the Django project. */
export interface DjangoUser {
  readonly djangoId: string
  readonly username: string
}

interface Row {
  readonly key: string
  readonly data: string
}

interface UserRow extends DjangoUser {
  readonly password: string
}

const busyTimeoutMs = 1_500

/** How many sessions one query asks about. */
const most = 500

/** Django's own database, which is only read. */
export class DjangoDatabase {
  private constructor(
    private readonly connection: Connection,
    private readonly secretKeys: readonly string[],
  ) {}

  /** Ends the process if it is not there. */
  static async open({
    databasePath,
    secretKeys,
  }: DjangoSettings): Promise<DjangoDatabase> {
    if (!existsSync(databasePath)) {
      failToStart(
        `DJANGO_DATABASE_PATH is "${databasePath}": there is no such file. ` +
          "Django makes it: python3 manage.py migrate",
      )
    }
    const { default: sqlite3 } = await import("sqlite3")
    const connection = await Connection.open(
      databasePath,
      sqlite3.Database,
      busyTimeoutMs,
    )
    await connection.sqlite.exec("PRAGMA query_only = ON")
    return new DjangoDatabase(connection, secretKeys)
  }

  /** @param keys of sessions, from cookies
   * @returns by key: the user whose session it is. No entry for a visitor, or
   * if the session has expired, is not signed, or is older than the password */
  async usersOf(keys: readonly string[]): Promise<Map<string, DjangoUser>> {
    const users = new Map<string, DjangoUser>()
    for (let index = 0; index < keys.length; index += most) {
      const some = keys.slice(index, index + most)
      for (const [key, user] of await this.read(some)) users.set(key, user)
    }
    return users
  }

  async close(): Promise<void> {
    await this.connection.close()
  }

  private async read(
    keys: readonly string[],
  ): Promise<[key: string, user: DjangoUser][]> {
    const rows = await this.connection.all<Row>(
      `SELECT session_key AS key, session_data AS data FROM django_session
       WHERE expire_date > strftime('%Y-%m-%d %H:%M:%f', 'now')
       AND session_key IN (SELECT value FROM json_each(?))`,
      [JSON.stringify(keys)],
    )
    const sessions = rows.flatMap(({ key, data }) => {
      const session = readSessionData(data, this.secretKeys)
      return session ? [{ key, session }] : []
    })
    const ids = sessions.map(({ session }) => session.userId)
    const users = await this.activeUsers(ids)
    return sessions.flatMap(({ key, session }) => {
      const user = users.get(session.userId)
      if (!user) return []
      const { password, ...rest } = user
      const isOpen = isOfPassword(session, password, this.secretKeys)
      return isOpen ? [[key, rest]] : []
    })
  }

  private async activeUsers(
    ids: readonly string[],
  ): Promise<Map<string, UserRow>> {
    const rows = await this.connection.all<UserRow>(
      `SELECT CAST(id AS TEXT) AS djangoId, username, password FROM auth_user
       WHERE is_active AND id IN (SELECT value FROM json_each(?))`,
      [JSON.stringify(ids.map(Number))],
    )
    return new Map(rows.map((row) => [row.djangoId, row]))
  }
}
