import { type Rate, TokenBucket } from "./token-bucket.ts"

/** A bucket for each key: a user, or an address. An attacker can send from many
 * addresses, so there are never more than `maxKeys` buckets. */
export class Allowances {
  /** The one that was used last comes last. */
  private readonly buckets = new Map<string, TokenBucket>()

  /** @param rate undefined for no limit */
  constructor(
    private readonly rate: Rate | undefined,
    private readonly maxKeys = 100_000,
  ) {}

  get size(): number {
    return this.buckets.size
  }

  /** Takes a token from a key's bucket.
   * @returns 0 if it was taken, else the seconds until there is one */
  take(key: string, now = performance.now()): number {
    if (!this.rate) return 0
    const bucket = this.buckets.get(key) ?? new TokenBucket(this.rate, now)
    this.buckets.delete(key)
    this.buckets.set(key, bucket)
    this.sweep(now)
    return bucket.take(now)
  }

  /** Forgets full buckets. The one that was used longest ago is full first, so
   * the sweep ends at the first that is not. */
  private sweep(now: number): void {
    for (const [key, bucket] of this.buckets) {
      if (this.buckets.size <= this.maxKeys && !bucket.isFull(now)) return
      if (this.buckets.size === 1) return // the one that is about to be used
      this.buckets.delete(key)
    }
  }
}
