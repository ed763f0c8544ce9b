/** Counts what is open at the same time, by key: an address, or a user. */
export class Seats {
  private readonly taken = new Map<string, number>()

  /** @param perKey Infinity for no limit */
  constructor(private readonly perKey: number) {}

  /** Does work on a seat, and gives the seat back however the work ends.
   * @throws what `refusal` makes, if there is no free seat */
  async hold(
    key: string,
    refusal: () => Error,
    work: () => Promise<void>,
  ): Promise<void> {
    const taken = this.taken.get(key) ?? 0
    if (taken >= this.perKey) throw refusal()
    this.taken.set(key, taken + 1)
    try {
      await work()
    } finally {
      const left = (this.taken.get(key) ?? 1) - 1
      if (left > 0) this.taken.set(key, left)
      else this.taken.delete(key)
    }
  }
}
