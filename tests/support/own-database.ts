import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { onTestFinished } from "vitest"
import type {
  Database,
  Migrations,
} from "../../steps/06-accounts/database/open-database.ts"
import type { User } from "../../steps/06-accounts/users.ts"
import { load } from "./load.ts"

/** A database with the tables of step 7, for one test.
 * @param more migrations, of later steps */
export async function openOwnDatabase(
  ...more: readonly Migrations[]
): Promise<Database> {
  const database = await load<
    typeof import("../../steps/06-accounts/database/open-database.ts")
  >("06-accounts/database/open-database.ts")
  const { accountMigrations } = await load<
    typeof import("../../steps/06-accounts/migrations.ts")
  >("06-accounts/migrations.ts")
  const { historyMigrations } = await load<
    typeof import("../../steps/07-history/migrations.ts")
  >("07-history/migrations.ts")
  const folder = await mkdtemp(join(tmpdir(), "workbook-"))
  const migrations = [accountMigrations, historyMigrations, ...more]
  const path = join(folder, "chat.sqlite3")
  const opened = await database.openDatabase(path, migrations)
  onTestFinished(async () => {
    await opened.close()
    await rm(folder, { recursive: true })
  })
  return opened
}

/** Adds a user who can have sessions but cannot log in: hashing a password
 * takes a third of a second. */
export async function addUser(
  { writer }: Database,
  username: string,
): Promise<User> {
  const [user] = await writer.all<User>(
    `INSERT INTO users (username, password_hash) VALUES (?, '')
     RETURNING id, username`,
    [username],
  )
  if (user) return user
  throw new Error("SQLite returned no row for a new user")
}
