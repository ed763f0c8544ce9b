import { open, type Database as Sqlite, type Statement } from "sqlite"
import type sqlite3 from "sqlite3"
import { OneAtATime } from "../one-at-a-time.ts"

export type Parameter = string | number | null

/** Returns a statement's rows once it has ended. Outside a transaction, its
 * changes are committed by then. */
export type RunStatement = <Row>(
  sql: string,
  parameters?: readonly Parameter[],
) => Promise<Row[]>

/** One connection to a database file. Its statements never overlap: a statement
 * that begins while another one runs sees the data as it was when that began,
 * without what other connections have committed since. */
export class Connection {
  private readonly statements = new Map<string, Statement>()
  private readonly turns = new OneAtATime({
    sentence: "The database is busy. Try again in a moment.",
    maxWaiting: 1_000,
    deadlineMs: 2_000,
  })

  private constructor(readonly sqlite: Sqlite) {}

  /** @param busyTimeoutMs how long to wait for another connection's lock
   * @param mode SQLite's flags, if not to read, write and create the file */
  static async open(
    filename: string,
    driver: typeof sqlite3.Database,
    busyTimeoutMs: number,
    mode?: number,
  ): Promise<Connection> {
    const how = mode === undefined ? {} : { mode }
    const sqlite = await open({ filename, driver, ...how })
    sqlite.configure("busyTimeout", busyTimeoutMs)
    await sqlite.exec("PRAGMA foreign_keys = ON")
    return new Connection(sqlite)
  }

  /** One statement, as a transaction of its own.
   * @throws TooBusy, or Error from SQLite: nothing has changed */
  readonly all: RunStatement = (sql, parameters) => {
    return this.turns.run(() => this.run(sql, parameters))
  }

  /** Several statements as one transaction: all of them, or none.
   * @param work uses `run`: this connection's `all` would wait for its end
   * @throws TooBusy, or Error from SQLite or `work`: nothing has changed */
  transaction<Result>(
    work: (run: RunStatement) => Promise<Result>,
  ): Promise<Result> {
    return this.turns.run(async () => {
      // A transaction that locks later, when it first writes, fails if another
      // process has written since it began to read.
      await this.run("BEGIN IMMEDIATE")
      try {
        const result = await work(this.run)
        await this.run("COMMIT")
        return result
      } catch (error) {
        // SQLite may have rolled back already, for example on a full disk.
        await this.run("ROLLBACK").catch(() => {})
        throw error
      }
    })
  }

  async close(): Promise<void> {
    await this.turns.run(async () => {
      for (const one of this.statements.values()) await one.finalize()
      await this.sqlite.close()
    })
  }

  /** Uses `all`, because `get` returns a row before its statement has ended. */
  private readonly run: RunStatement = async (sql, parameters = []) => {
    const known = this.statements.get(sql)
    const statement = known ?? (await this.sqlite.prepare(sql))
    this.statements.set(sql, statement)
    try {
      return await statement.all(parameters)
    } catch (error) {
      // A statement that met a lock stays open for another try. Until it is
      // reset, nothing after it on this connection is committed.
      await statement.reset()
      throw error
    }
  }
}
