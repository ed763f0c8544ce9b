import type { Database } from "sqlite"
import { hashPassword, verifyPassword } from "./passwords.ts"

export interface User {
  readonly id: number
  readonly username: string
}

/** The name belongs to somebody else. Capitals make no other name of it, as
 * far as A to Z go. */
export class UsernameTaken extends Error {}

/** The people who have an account. Mirrors `django.contrib.auth`'s User. */
export class Users {
  constructor(private readonly database: Database) {}

  /** @throws UsernameTaken */
  async create(username: string, password: string): Promise<User> {
    const hash = await hashPassword(password)
    try {
      const { lastID } = await this.database.run(
        "INSERT INTO users (username, password_hash) VALUES (?, ?)",
        [username, hash],
      )
      return { id: lastID as number, username }
    } catch (error) {
      if (isConstraint(error)) throw new UsernameTaken(username)
      throw error
    }
  }

  // #region authenticate
  /** @returns undefined for the wrong name or password, without a hint which */
  async authenticate(
    username: string,
    password: string,
  ): Promise<User | undefined> {
    const row = await this.database.get<User & { hash: string }>(
      "SELECT id, username, password_hash AS hash FROM users WHERE username = ?",
      [username],
    )
    // Also for nobody a password is checked: else the time would tell.
    const isRight = await verifyPassword(password, row?.hash ?? (await nobody))
    return row && isRight ? { id: row.id, username: row.username } : undefined
  }
  // #endregion authenticate

  find(id: number): Promise<User | undefined> {
    return this.database.get<User>(
      "SELECT id, username FROM users WHERE id = ?",
      [id],
    )
  }
}

const nobody = hashPassword("")

function isConstraint(error: unknown): boolean {
  return (
    error instanceof Error &&
    "code" in error &&
    error.code === "SQLITE_CONSTRAINT"
  )
}
