import type { Row, RowName } from "../rows.ts"
import type { DialectName } from "./dialect.ts"

/** What the generator is to do with a server, in one turn. */
export interface Job {
  readonly dialect: DialectName
  /** One for each process of the server. */
  readonly ports: readonly number[]
  /** The processes that are being measured, without their Redis. */
  readonly serverPids: readonly number[]
  readonly redisPid: number | undefined
  /** Shared by the clients; empty for a server without accounts. */
  readonly cookies: readonly string[]
  readonly rows: readonly Row[]
  /** How long a row is warmed up, then measured. */
  readonly warmUpMs: number
  readonly measureMs: number
  /** Whether the servers have loaded bench/profiling/hook.js. */
  readonly isProfiled: boolean
}

/** The result of one row for one server in one turn. */
export interface Measured {
  /** CPU time per delivery, connection, message or return in µs; or bytes per
   * socket. */
  readonly cost: number
  /** How many of them per second; 0 for memory. */
  readonly perSecond: number
  /** How many cores the generator and other programs have used. */
  readonly generatorLoad: number
  readonly otherLoad: number
  /** How many system calls per delivery, connection or message wrote something.
   * Undefined for memory, and where the system does not count it. */
  readonly writes?: number
}

/** What the generator sends back. */
export type Report =
  | { readonly begun: RowName }
  | { readonly row: RowName; readonly measured: Measured }
  | { readonly failed: string; readonly row: RowName }
  | { readonly done: true }
