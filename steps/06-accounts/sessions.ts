import { createHash, randomBytes } from "node:crypto"
import type { Database } from "sqlite"

/** In seconds: two weeks, as in Django. */
export const sessionAge = 14 * 24 * 60 * 60

/**
 * Who is logged in, by the key in their cookie. The table has only the keys'
 * hashes: who reads it cannot be anyone. Mirrors Django's session store.
 */
export class Sessions {
  constructor(private readonly database: Database) {}

  /** @returns the new session's key */
  async create(userId: number): Promise<string> {
    const key = randomBytes(32).toString("base64url")
    await this.database.run(
      `INSERT INTO sessions (key_hash, user_id, expires_at)
       VALUES (?, ?, datetime('now', ?))`,
      [hashOf(key), userId, `+${sessionAge} seconds`],
    )
    return key
  }

  /** @returns the user's id; undefined if there is no such session */
  async find(key: string): Promise<number | undefined> {
    const row = await this.database.get<{ userId: number }>(
      `SELECT user_id AS userId FROM sessions
       WHERE key_hash = ? AND expires_at > datetime('now')`,
      [hashOf(key)],
    )
    return row?.userId
  }

  async delete(key: string): Promise<void> {
    await this.database.run(
      "DELETE FROM sessions WHERE key_hash = ? OR expires_at < datetime('now')",
      [hashOf(key)],
    )
  }
}

function hashOf(key: string): string {
  return createHash("sha256").update(key).digest("hex")
}
