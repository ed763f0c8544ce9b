import { RequestError } from "../../01-echo/request-error.ts"
import type { Database } from "../../06-accounts/database/open-database.ts"
import { hashPassword } from "../../06-accounts/passwords.ts"

/** A change of a user's password. Begin it before the current one is checked. */
export class PasswordChange {
  private constructor(
    private readonly database: Database,
    private readonly userId: number,
    /** As it was when the change began. */
    private readonly currentHash: string,
  ) {}

  static async begin(
    database: Database,
    userId: number,
  ): Promise<PasswordChange> {
    const [row] = await database.reader.all<{ hash: string }>(
      "SELECT password_hash AS hash FROM users WHERE id = ?",
      [userId],
    )
    return new PasswordChange(database, userId, row?.hash ?? "")
  }

  /** Also ends all of the user's sessions: one of them may be an attacker's, who
   * knew the old password. Both happen, or neither.
   * @throws RequestError 409 if the password was changed meanwhile
   * @throws TooBusy if too many passwords are being hashed */
  async end(password: string): Promise<void> {
    const hash = await hashPassword(password)
    await this.database.writer.transaction(async (run) => {
      const changed = await run(
        `UPDATE users SET password_hash = ? WHERE id = ? AND password_hash = ?
         RETURNING id`,
        [hash, this.userId, this.currentHash],
      )
      if (changed.length === 0) {
        throw new RequestError(409, "Your password was changed meanwhile.")
      }
      await run("DELETE FROM sessions WHERE user_id = ?", [this.userId])
    })
  }
}
