import { open } from "sqlite"

/** Runs SQL in a server's database, as another process would.
 * @returns the rows of a SELECT */
export async function inDatabase<Row>(
  env: NodeJS.ProcessEnv,
  sql: string,
): Promise<Row[]> {
  const { default: sqlite3 } = await import("sqlite3")
  const filename = env.DATABASE_PATH ?? ""
  const database = await open({ filename, driver: sqlite3.Database })
  try {
    database.configure("busyTimeout", 5_000)
    return await database.all<Row[]>(sql)
  } finally {
    await database.close()
  }
}
