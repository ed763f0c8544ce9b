import type { Database } from "../../06-accounts/database/open-database.ts"
import { hashPassword } from "../../06-accounts/passwords.ts"

/** Changes a password, and ends all of the user's sessions: one of them may be
 * an attacker's, who knew the old password. Both happen, or neither.
 * @throws TooBusy if too many passwords are being hashed */
export async function changePassword(
  database: Database,
  userId: number,
  password: string,
): Promise<void> {
  const hash = await hashPassword(password)
  await database.writer.transaction(async (run) => {
    await run("UPDATE users SET password_hash = ? WHERE id = ?", [hash, userId])
    await run("DELETE FROM sessions WHERE user_id = ?", [userId])
  })
}
