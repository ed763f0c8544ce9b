import { stat } from "node:fs/promises"
import {
  Connection,
  type RunStatement,
} from "../../06-accounts/database/connection.ts"

const busyTimeoutMs = 1_500

/** A SQLite file of another program, which is only read. That program may
 * replace the file: then the new one is read. */
export class ForeignFile {
  private identity = ""
  private connection: Promise<Connection> | undefined

  constructor(private readonly path: string) {}

  /** @throws Error if there is no file, or if SQLite cannot read it */
  readonly all: RunStatement = async (sql, parameters) => {
    const connection = await this.current()
    return connection.all(sql, parameters)
  }

  async close(): Promise<void> {
    const connection = await this.connection?.catch(() => undefined)
    await connection?.close()
  }

  /** An open file stays the same file, whatever has its name now. */
  private async current(): Promise<Connection> {
    const { dev, ino } = await stat(this.path)
    const identity = `${dev} ${ino}`
    if (this.connection && identity === this.identity) return this.connection
    void this.close().catch(console.error)
    this.identity = identity
    this.connection = this.open()
    return this.connection
  }

  private async open(): Promise<Connection> {
    const { Database, OPEN_READONLY } = (await import("sqlite3")).default
    try {
      const path = this.path
      return await Connection.open(path, Database, busyTimeoutMs, OPEN_READONLY)
    } catch (error) {
      this.identity = "" // the next statement tries again
      throw error
    }
  }
}
