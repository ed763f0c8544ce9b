import { mkdir } from "node:fs/promises"
import { dirname } from "node:path"
import { type Database, open } from "sqlite"
import type sqlite3 from "sqlite3"
import { failToStart } from "../01-echo/fail-to-start.ts"

/** One step's part of the database. */
export interface Migrations {
  /** Keeps apart what each step has applied: `migrate` undoes whatever its
   * table has and its folder lacks. */
  readonly table: string
  readonly folder: string
}

/** In ms: how long a statement waits for another process to finish its own. */
const busyTimeout = 10_000

// #region open-database
/**
 * Opens a database file, which other processes may use at the same time, and
 * brings it up to date. Ends the process if that cannot be done.
 */
export async function openDatabase(
  filename: string,
  migrations: readonly Migrations[],
): Promise<Database> {
  const driver = await loadDriver()
  try {
    await mkdir(dirname(filename), { recursive: true })
    return await alone(filename, driver, async () => {
      const database = await connect(filename, driver)
      // Writers do not wait for readers, nor readers for writers.
      await database.exec("PRAGMA journal_mode = WAL")
      for (const { table, folder } of migrations) {
        await database.migrate({ table, migrationsPath: folder })
      }
      return database
    })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return failToStart(`Cannot use the database ${filename}: ${reason}`)
  }
}
// #endregion open-database

/** Processes that start together migrate one after the other. The lock is
 * SQLite's own, on a file beside: it dies with its holder. */
async function alone<Result>(
  filename: string,
  driver: typeof sqlite3.Database,
  work: () => Promise<Result>,
): Promise<Result> {
  const lock = await connect(`${filename}.lock`, driver)
  try {
    await lock.exec("BEGIN EXCLUSIVE")
    return await work()
  } finally {
    await lock.close()
  }
}

async function connect(
  filename: string,
  driver: typeof sqlite3.Database,
): Promise<Database> {
  const database = await open({ filename, driver })
  database.configure("busyTimeout", busyTimeout)
  await database.exec("PRAGMA foreign_keys = ON")
  return database
}

async function loadDriver(): Promise<typeof sqlite3.Database> {
  try {
    return (await import("sqlite3")).default.Database
  } catch {
    return failToStart(
      "Steps 6 and 7 need the package sqlite3, which could not be built " +
        "here.\nIt needs a C++ compiler, make and Python: install them " +
        "(Debian: apt-get install g++ make python3), then: npm ci",
    )
  }
}
