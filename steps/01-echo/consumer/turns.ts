/** Runs work from several sources strictly one at a time, in the order it
 * arrives. Mirrors `await_many_dispatch` of Channels. */
export class Turns {
  private last: Promise<void> = Promise.resolve()

  /** Resolves when the work is done. If the work throws, this rejects with its
   * error, and so does all later work, which then never begins. */
  take(work: () => Promise<void>): Promise<void> {
    this.last = this.last.then(work)
    return this.last
  }
}
