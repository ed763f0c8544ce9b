import { setImmediate as nextTurn } from "node:timers/promises"

/** Reads once for all who ask, however many they are. */
export class SharedReading<Result> {
  private running: Promise<unknown> = Promise.resolve()
  private next: Promise<Result> | undefined
  /** The smallest id that the next reading is asked for. */
  private after = Number.POSITIVE_INFINITY

  /** @param read gets what comes after that id */
  constructor(private readonly read: (after: number) => Promise<Result>) {}

  /** The result begins after this id, or earlier: another may have asked for
   * more. It is never older than the question: if a reading is running, this
   * waits for the next one.
   * @throws what `read` throws, to all who asked */
  ask(after: number): Promise<Result> {
    // #region one-reading
    this.after = Math.min(this.after, after)
    this.next ??= this.running.then(() => this.begin())
    return this.next
    // #endregion one-reading
  }

  private async begin(): Promise<Result> {
    // All members of a room get the same event, one after the other.
    await nextTurn()
    const result = this.read(this.after)
    this.running = result.catch(() => {})
    this.next = undefined
    this.after = Number.POSITIVE_INFINITY
    return result
  }
}
