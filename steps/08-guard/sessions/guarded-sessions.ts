import type { Database } from "../../06-accounts/database/open-database.ts"
import { Sessions } from "../../06-accounts/sessions.ts"

/** How many sessions one query asks about. */
const most = 500

/** Sessions that can be asked about together, and say when one was deleted. */
export class GuardedSessions extends Sessions {
  /** @param onDelete called when a session is no longer in the table */
  constructor(
    database: Database,
    private readonly onDelete: () => void,
  ) {
    super(database)
  }

  override async delete(key: string): Promise<void> {
    // Reading is cheap: a made-up key makes no one else do anything.
    if ((await this.find(key)) === undefined) return
    await super.delete(key)
    this.onDelete()
  }

  /** @param hashes of keys
   * @returns those whose session is still open, and whose user still exists */
  async stillOpen(hashes: readonly string[]): Promise<Set<string>> {
    const open = new Set<string>()
    for (let index = 0; index < hashes.length; index += most) {
      const some = hashes.slice(index, index + most)
      const rows = await this.database.reader.all<{ hash: string }>(
        `SELECT key_hash AS hash FROM sessions JOIN users ON users.id = user_id
         WHERE expires_at > datetime('now')
         AND key_hash IN (SELECT value FROM json_each(?))`,
        [JSON.stringify(some)],
      )
      for (const { hash } of rows) open.add(hash)
    }
    return open
  }
}
