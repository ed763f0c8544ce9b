import { hashOfKey } from "../../steps/06-accounts/sessions.ts"
import { openBeside } from "./in-database.ts"

/** Users who have logged in, written into a server's database: hashing the
 * passwords of many takes long.
 * @returns for each name the headers that make a client this user */
export async function quickUsers(
  env: NodeJS.ProcessEnv,
  names: readonly string[],
): Promise<{ cookie: string }[]> {
  const database = await openBeside(env)
  const all: { cookie: string }[] = []
  for (const name of names) {
    const key = `key of ${name}`.replaceAll(" ", "-")
    await database.run(
      "INSERT INTO users (username, password_hash) VALUES (?, '')",
      name,
    )
    await database.run(
      `INSERT INTO sessions (key_hash, user_id, expires_at)
       SELECT ?, id, datetime('now', '+1 day') FROM users WHERE username = ?`,
      hashOfKey(key),
      name,
    )
    all.push({ cookie: `sessionid=${key}` })
  }
  return all
}
