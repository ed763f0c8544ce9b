import { fileURLToPath } from "node:url"
import type { Migrations } from "../06-accounts/database/open-database.ts"

export const djangoMigrations: Migrations = {
  table: "migrations_11_django",
  folder: fileURLToPath(new URL("migrations", import.meta.url)),
}
