import { fileURLToPath } from "node:url"
import type { Migrations } from "../06-accounts/database/open-database.ts"

export const deliveryMigrations: Migrations = {
  table: "migrations_09_delivery",
  folder: fileURLToPath(new URL("migrations", import.meta.url)),
}
