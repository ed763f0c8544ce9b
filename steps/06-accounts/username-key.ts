import type { Connection } from "./database/connection.ts"

/** What a username is compared by: names that differ only in upper and lower
 * case are one name. (SQLite itself folds A to Z only.) */
export function usernameKey(username: string): string {
  // A capital is the same wherever it stands. A small letter is not: ς, σ.
  return username.normalize("NFKC").toUpperCase().normalize("NFKC")
}

/** Gives accounts that are older than this column their key. If the keys of
 * two are the same, the older account gets it; the other can still log in, by
 * its exact name. */
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
