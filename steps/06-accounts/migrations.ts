import { fileURLToPath } from "node:url"
import type { Migrations } from "./database.ts"

export const accountMigrations: Migrations = {
  table: "migrations_06_accounts",
  folder: fileURLToPath(new URL("migrations", import.meta.url)),
}
