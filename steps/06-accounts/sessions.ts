import { createHash, randomBytes } from "node:crypto"
import type { Database } from "./database/open-database.ts"

/** Two weeks, as in Django. */
export const sessionSeconds = 14 * 24 * 60 * 60

/** What can replace `Sessions`. */
export type SessionStore = Pick<Sessions, keyof Sessions>

/** Finds a user by the key in the cookie. The table has only hashes of keys, so
 * a stolen copy is no use for logging in. Mirrors Django's session store. */
export class Sessions {
  constructor(protected readonly database: Database) {}

  // #region create
  /** @returns the new session's key */
  async create(userId: number): Promise<string> {
    const key = randomBytes(32).toString("base64url")
    await this.database.writer.all(
      `INSERT INTO sessions (key_hash, user_id, expires_at)
       VALUES (?, ?, datetime('now', ?))`,
      [hashOfKey(key), userId, `+${sessionSeconds} seconds`],
    )
    return key
  }
  // #endregion create

  /** @returns the user's id; undefined if there is no such session */
  async find(key: string): Promise<number | undefined> {
    const [row] = await this.database.reader.all<{ userId: number }>(
      `SELECT user_id AS userId FROM sessions
       WHERE key_hash = ? AND expires_at > datetime('now')`,
      [hashOfKey(key)],
    )
    return row?.userId
  }

  async delete(key: string): Promise<void> {
    await this.database.writer.all(
      "DELETE FROM sessions WHERE key_hash = ? OR expires_at < datetime('now')",
      [hashOfKey(key)],
    )
  }
}

/** What the table has instead of a session's key. */
export function hashOfKey(key: string): string {
  return createHash("sha256").update(key).digest("hex")
}
