import { failToStart } from "../../01-echo/server/fail-to-start.ts"
import { ForeignFile } from "./foreign-file.ts"
import { remembered } from "./remembered.ts"
import {
  authHashesOf,
  readSessionData,
  type SessionData,
} from "./session-data.ts"
import type { DjangoSettings } from "./settings.ts"
import { isEqual } from "./signature.ts"

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

/** How many sessions one query asks about. */
const most = 500

/** The sessions and users in Django's own database. */
export class DjangoDatabase {
  private readonly file: ForeignFile
  /** Every second, the same sessions are read again. */
  private readonly sessionOf: (data: string) => SessionData | undefined
  private readonly hashesOf: (password: string) => readonly string[]

  private constructor({ databasePath, secretKeys }: DjangoSettings) {
    this.file = new ForeignFile(databasePath)
    this.sessionOf = remembered((data) => readSessionData(data, secretKeys))
    this.hashesOf = remembered((it) => authHashesOf(it, secretKeys))
  }

  /** Ends the process if Django's tables are not there. */
  static async open(settings: DjangoSettings): Promise<DjangoDatabase> {
    const database = new DjangoDatabase(settings)
    try {
      await database.read(["no session"])
      await database.activeUsers(["0"])
      return database
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      const reason = code === "ENOENT" ? "there is no such file" : message
      return failToStart(
        `DJANGO_DATABASE_PATH is "${settings.databasePath}": ${reason}\n` +
          "Django creates the file and its tables with: python3 manage.py migrate",
      )
    }
  }

  /** @param keys of sessions, from cookies
   * @returns by key: the active user who is logged in. No entry for a visitor,
   * or if the session has expired, or is older than the user's password
   * @throws Error if the database cannot be read */
  async usersOf(keys: readonly string[]): Promise<Map<string, DjangoUser>> {
    const users = new Map<string, DjangoUser>()
    for (let index = 0; index < keys.length; index += most) {
      const some = keys.slice(index, index + most)
      for (const [key, user] of await this.read(some)) users.set(key, user)
    }
    return users
  }

  async close(): Promise<void> {
    await this.file.close()
  }

  private async read(
    keys: readonly string[],
  ): Promise<[key: string, user: DjangoUser][]> {
    const rows = await this.file.all<Row>(
      `SELECT session_key AS key, session_data AS data FROM django_session
       WHERE expire_date > strftime('%Y-%m-%d %H:%M:%f', 'now')
       AND session_key IN (SELECT value FROM json_each(?))`,
      [JSON.stringify(keys)],
    )
    const sessions = rows.flatMap(({ key, data }) => {
      const session = this.sessionOf(data)
      return session ? [{ key, session }] : []
    })
    if (sessions.length === 0) return []
    const ids = sessions.map(({ session }) => session.userId)
    const users = await this.activeUsers(ids)
    return sessions.flatMap(({ key, session }) => {
      const user = users.get(session.userId)
      if (!user) return []
      const { password, ...rest } = user
      const { authHash } = session
      const isOpen = this.hashesOf(password).some((it) => isEqual(it, authHash))
      return isOpen ? [[key, rest]] : []
    })
  }

  private async activeUsers(
    ids: readonly string[],
  ): Promise<Map<string, UserRow>> {
    const rows = await this.file.all<UserRow>(
      `SELECT CAST(id AS TEXT) AS djangoId, username, password FROM auth_user
       WHERE is_active AND id IN (SELECT value FROM json_each(?))`,
      [JSON.stringify(ids.map(Number))],
    )
    return new Map(rows.map((row) => [row.djangoId, row]))
  }
}
