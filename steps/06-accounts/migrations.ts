import { fileURLToPath } from "node:url"
import type { Migrations } from "./database/open-database.ts"
import { addUsernameKeys } from "./username-key.ts"

export const accountMigrations: Migrations = {
  table: "migrations_06_accounts",
  folder: fileURLToPath(new URL("migrations", import.meta.url)),
  finish: addUsernameKeys,
}
