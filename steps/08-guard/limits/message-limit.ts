import { Allowances } from "./allowances.ts"
import type { Rate } from "./token-bucket.ts"

/** About 100 refused frames in ten seconds. */
const patience: Rate = { burst: 100, perSecond: 10 }

/** What the users of this process may send. All sockets of a user share one
 * allowance: opening more of them gains nothing. */
export class MessageLimit {
  private readonly frames: Allowances
  private readonly refusals: Allowances

  /** @param rate undefined for no limit */
  constructor(rate: Rate | undefined) {
    this.frames = new Allowances(rate)
    this.refusals = new Allowances(rate && patience)
  }

  /** Counts a frame of the user.
   * @returns 0 if it may be handled; else the seconds until the next one may,
   * Infinity if too many were refused already */
  count(userId: number): number {
    const key = String(userId)
    const seconds = this.frames.take(key)
    if (seconds === 0) return 0
    if (this.refusals.take(key) > 0) return Number.POSITIVE_INFINITY
    return Math.ceil(seconds * 10) / 10
  }
}
