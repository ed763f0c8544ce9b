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
  /** The clients share them; none where a server has no accounts. */
  readonly cookies: readonly string[]
  readonly rows: readonly Row[]
  /** How long a row is warmed up, and then measured. */
  readonly warmUpMs: number
  readonly measureMs: number
}

/** The result of one row for one server in one turn. */
export interface Measured {
  /** CPU time of a delivery, a connection or a message in µs, or the bytes of
   * a socket. */
  readonly cost: number
  /** How many of them a second; 0 for memory. */
  readonly perSecond: number
  /** Cores that the generator, and that other programs, have used. */
  readonly generatorLoad: number
  readonly otherLoad: number
}

/** What the generator sends back. */
export type Report =
  | { readonly begun: RowName }
  | { readonly row: RowName; readonly measured: Measured }
  | { readonly failed: string; readonly row: RowName }
  | { readonly done: true }
