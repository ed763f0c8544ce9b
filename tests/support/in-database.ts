import { type Database, open } from "sqlite"
import { onTestFinished } from "vitest"

/** Opens a server's database for one test, as another process would. */
export async function openBeside(env: NodeJS.ProcessEnv): Promise<Database> {
  const { default: sqlite3 } = await import("sqlite3")
  const filename = env.DATABASE_PATH ?? ""
  const database = await open({ filename, driver: sqlite3.Database })
  database.configure("busyTimeout", 5_000)
  onTestFinished(() => database.close())
  return database
}

/** Runs one statement there. @returns its rows */
export async function inDatabase<Row>(
  env: NodeJS.ProcessEnv,
  sql: string,
): Promise<Row[]> {
  const database = await openBeside(env)
  return database.all<Row[]>(sql)
}
