import { mkdir } from "node:fs/promises"
import { dirname } from "node:path"
import type sqlite3 from "sqlite3"
import { failToStart } from "../../01-echo/server/fail-to-start.ts"
import { Connection } from "./connection.ts"

/** One step's part of the database. */
export interface Migrations {
  /** Lists the applied migrations. Each step needs its own table: a migration
   * that is in the table but not in the folder is undone. */
  readonly table: string
  readonly folder: string
  /** Does what SQL cannot. Called at each start, after the migrations. */
  finish?(connection: Connection): Promise<void>
}

/** Reading has its own connection, so it never waits for a write. */
export interface Database {
  readonly reader: Connection
  readonly writer: Connection
  close(): Promise<void>
}

/** Long, because another process may be migrating. */
const startTimeoutMs = 10_000
const busyTimeoutMs = 1_500

// #region open-database
/** Opens and migrates a database file, which other processes may also use. Ends
 * the process if that fails. */
export async function openDatabase(
  filename: string,
  migrations: readonly Migrations[],
): Promise<Database> {
  const driver = await loadDriver()
  try {
    await mkdir(dirname(filename), { recursive: true })
    return await withLock(filename, driver, async () => {
      const writer = await Connection.open(filename, driver, startTimeoutMs)
      // Readers and writers do not wait for each other. A killed process loses
      // nothing; a power cut may lose the last writes.
      await writer.sqlite.exec("PRAGMA journal_mode = WAL")
      await writer.sqlite.exec("PRAGMA synchronous = NORMAL")
      for (const { table, folder, finish } of migrations) {
        await writer.sqlite.migrate({ table, migrationsPath: folder })
        await finish?.(writer)
      }
      writer.sqlite.configure("busyTimeout", busyTimeoutMs)
      const reader = await Connection.open(filename, driver, busyTimeoutMs)
      // A write on this connection always fails, not only if the file is busy.
      await reader.sqlite.exec("PRAGMA query_only = ON")
      // The writer first: it finishes the waiting writes, if time allows.
      const close = () => writer.close().finally(() => reader.close())
      return { reader, writer, close }
    })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return failToStart(`Cannot use the database ${filename}: ${reason}`)
  }
}
// #endregion open-database

/** Processes that start together migrate one after the other. The lock is
 * SQLite's own, on another file: it ends with the process. */
async function withLock<Result>(
  filename: string,
  driver: typeof sqlite3.Database,
  work: () => Promise<Result>,
): Promise<Result> {
  const lockFile = `${filename}.lock`
  const lock = await Connection.open(lockFile, driver, startTimeoutMs)
  try {
    await lock.all("BEGIN EXCLUSIVE")
    return await work()
  } finally {
    await lock.close()
  }
}

async function loadDriver(): Promise<typeof sqlite3.Database> {
  try {
    return (await import("sqlite3")).default.Database
  } catch {
    return failToStart(
      "Steps from 6 on need the package sqlite3, which could not be built " +
        "here.\nIt needs a C++ compiler, make and Python: install them " +
        "(Debian: apt-get install g++ make python3), then: npm ci",
    )
  }
}
