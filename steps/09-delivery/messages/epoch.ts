import type { Database } from "../../06-accounts/database/open-database.ts"

/** Begins a new epoch: after a backup was restored, ids are given again, to
 * other messages. Clients that come back get the newest messages instead of
 * those that they have missed.
 * @returns the epoch's name */
export async function beginEpoch({ writer }: Database): Promise<string> {
  const [epoch] = await writer.all<{ name: string }>(
    "UPDATE epoch SET name = lower(hex(randomblob(8))) RETURNING name",
  )
  if (!epoch) throw new Error("The database has no epoch")
  return epoch.name
}
