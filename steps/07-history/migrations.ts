import { fileURLToPath } from "node:url"
import type { Migrations } from "../06-accounts/database/open-database.ts"

export const historyMigrations: Migrations = {
  table: "migrations_07_history",
  folder: fileURLToPath(new URL("migrations", import.meta.url)),
}
