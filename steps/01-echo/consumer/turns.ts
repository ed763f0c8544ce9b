/** Work from several sources, done strictly one at a time, in the order it
 * came. Mirrors `await_many_dispatch` of Channels. */
export class Turns {
  private last: Promise<void> = Promise.resolve()

  /** Resolves when the work is done, rejects with what it threw. After that, no
   * other work begins: it rejects with the same error. */
  take(work: () => Promise<void>): Promise<void> {
    this.last = this.last.then(work)
    return this.last
  }
}
