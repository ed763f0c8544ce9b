import { open, type Database as Sqlite, type Statement } from "sqlite"
import type sqlite3 from "sqlite3"
import { OneAtATime } from "../one-at-a-time.ts"

/** The value of a `?` in a statement. */
export type Parameter = string | number | null

/** Runs one statement to its end and returns its rows. Outside of a
 * transaction, what it changed has been committed then. */
export type RunStatement = <Row>(
  sql: string,
  parameters?: readonly Parameter[],
) => Promise<Row[]>

/**
 * One connection to a database file. Its statements never overlap: while one
 * is running, others would see the state from when it began, and not find what
 * another connection has committed since.
 */
export class Connection {
  private readonly statements = new Map<string, Statement>()
  private readonly turns = new OneAtATime({
    sentence: "The database is busy. Try again in a moment.",
    maxWaiting: 1_000,
    deadlineMs: 2_000,
  })

  private constructor(readonly sqlite: Sqlite) {}

  /** @param busyTimeoutMs how long a statement waits for the lock of another
   *   connection */
  static async open(
    filename: string,
    driver: typeof sqlite3.Database,
    busyTimeoutMs: number,
  ): Promise<Connection> {
    const sqlite = await open({ filename, driver })
    sqlite.configure("busyTimeout", busyTimeoutMs)
    await sqlite.exec("PRAGMA foreign_keys = ON")
    return new Connection(sqlite)
  }

  /** One statement, as a transaction of its own.
   * @throws TooBusy, or Error from SQLite: nothing has changed */
  readonly all: RunStatement = (sql, parameters) => {
    return this.turns.run(() => this.run(sql, parameters))
  }

  /**
   * Several statements as one transaction: all of them, or none.
   * @param work runs its statements by what it is given; this connection's own
   *   methods would wait for `work` to end
   * @throws TooBusy, Error from SQLite, or what `work` throws: nothing has
   *   changed
   */
  transaction<Result>(
    work: (run: RunStatement) => Promise<Result>,
  ): Promise<Result> {
    return this.turns.run(async () => {
      // Locks at once. A transaction that reads first and then writes fails
      // if another process has written in between.
      await this.run("BEGIN IMMEDIATE")
      try {
        const result = await work(this.run)
        await this.run("COMMIT")
        return result
      } catch (error) {
        // SQLite may have done it already, for example on a full disk.
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

  /** `all` reads to the end. `get` would return the first row earlier, before
   * what has changed is committed. */
  private readonly run: RunStatement = async (sql, parameters = []) => {
    const known = this.statements.get(sql)
    const statement = known ?? (await this.sqlite.prepare(sql))
    this.statements.set(sql, statement)
    try {
      return await statement.all(parameters)
    } catch (error) {
      // One that met a lock is still open, to be tried again. As long as it
      // is, nothing that comes after it on this connection is committed.
      await statement.reset()
      throw error
    }
  }
}
