import type { Connection } from "./database/connection.ts"

/** Usernames that differ only in upper and lower case have the same key. SQLite
 * itself ignores the case of A to Z only. */
export function usernameKey(username: string): string {
  // Lower case first, so that ẞ becomes SS, as ß does. Upper case last, because
  // both σ and ς, which ends a word, become Σ.
  return username.toLowerCase().toUpperCase().normalize("NFKC")
}

/** Adds keys to accounts that are older than this column. Of two with the same
 * key, the older one gets it; the other can still log in by its exact name. */
export async function addUsernameKeys(connection: Connection): Promise<void> {
  const users = await connection.all<{ id: number; username: string }>(
    "SELECT id, username FROM users WHERE username_key IS NULL ORDER BY id",
  )
  for (const { id, username } of users) {
    await connection.all(
      "UPDATE OR IGNORE users SET username_key = ? WHERE id = ?",
      [usernameKey(username), id],
    )
  }
}
