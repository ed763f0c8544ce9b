import type { Database } from "./database/open-database.ts"
import { hashPassword, verifyPassword } from "./passwords.ts"
import { usernameKey } from "./username-key.ts"

export interface User {
  readonly id: number
  readonly username: string
}

/** Another user has the name, perhaps in upper or lower case. */
export class UsernameTaken extends Error {}

/** What can replace `Users`. */
export type UserStore = Pick<Users, keyof Users>

/** Mirrors `django.contrib.auth`'s User. */
export class Users {
  constructor(protected readonly database: Database) {}

  /** @throws UsernameTaken */
  async create(username: string, password: string): Promise<User> {
    const hash = await hashPassword(password)
    try {
      const [user] = await this.database.writer.all<User>(
        `INSERT INTO users (username, username_key, password_hash)
         VALUES (?, ?, ?) RETURNING id, username`,
        [username, usernameKey(username), hash],
      )
      return user as User
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === "SQLITE_CONSTRAINT") throw new UsernameTaken(username)
      throw error
    }
  }

  // #region authenticate
  /** @returns undefined for a wrong name or password, without telling which */
  async authenticate(
    username: string,
    password: string,
  ): Promise<User | undefined> {
    // The exact name first: older accounts may differ only in case.
    const [row] = await this.database.reader.all<User & { hash: string }>(
      `SELECT id, username, password_hash AS hash FROM users
       WHERE username = ?1 COLLATE BINARY OR username_key = ?2
       ORDER BY username = ?1 COLLATE BINARY DESC LIMIT 1`,
      [username, usernameKey(username)],
    )
    // An unknown name takes as long as a wrong password: time reveals nothing.
    const isRight = await verifyPassword(password, row?.hash ?? (await noUser))
    return row && isRight ? { id: row.id, username: row.username } : undefined
  }
  // #endregion authenticate

  async find(id: number): Promise<User | undefined> {
    const [user] = await this.database.reader.all<User>(
      "SELECT id, username FROM users WHERE id = ?",
      [id],
    )
    return user
  }
}

const noUser = hashPassword("")
