import { styled } from "../workbook/style.ts"
import type { RowName } from "./rows.ts"
import type { Server } from "./servers.ts"

/** In s: an estimate for a row and for the start of a server, until the first
 * server has been measured. */
const rowS = 3.5
const startS = 2

/** Shows what is being measured, and about how long the rest will take. */
export class Progress {
  private readonly beganMs = performance.now()
  private done = -1

  /** @param total how many servers will be measured, in all turns together
   * @param rows how many rows each has */
  constructor(
    private readonly total: number,
    private readonly turns: number,
    private readonly rows: number,
  ) {}

  /** @param row undefined while the server starts */
  show(turn: number, server: Server, row: RowName | undefined): void {
    if (row === undefined) this.done++
    const line =
      `Turn ${turn} of ${this.turns}, ${server.name}: ${row ?? "starting"}` +
      styled("dim", `  (${this.left()})`)
    if (process.stdout.isTTY) process.stdout.write(`\r\x1b[K${line}`)
    else if (row === undefined) console.log(line)
  }

  /** Leaves an empty line for what follows. */
  end(): void {
    if (process.stdout.isTTY) process.stdout.write("\r\x1b[K")
  }

  private left(): string {
    const passedS = (performance.now() - this.beganMs) / 1_000
    const each = this.done > 0 ? passedS / this.done : this.rows * rowS + startS
    const seconds = each * (this.total - this.done)
    return seconds < 90
      ? `about ${Math.ceil(seconds / 10) * 10} s left`
      : `about ${Math.ceil(seconds / 60)} minutes left`
  }
}
