import { openDatabase } from "../06-accounts/database/open-database.ts"
import { accountMigrations } from "../06-accounts/migrations.ts"
import { readSettings } from "../06-accounts/settings.ts"
import { historyMigrations } from "../07-history/migrations.ts"
import { beginEpoch } from "./messages/epoch.ts"
import { deliveryMigrations } from "./migrations.ts"

/** What to run after a backup of the database was restored. */
const { databasePath } = readSettings(process.env)
const database = await openDatabase(databasePath, [
  accountMigrations,
  historyMigrations,
  deliveryMigrations,
])
const epoch = await beginEpoch(database)
await database.close()
console.log(`The database ${databasePath} begins the epoch ${epoch}.`)
