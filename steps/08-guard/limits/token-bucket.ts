/** How much may happen: so much at once, and so much a second after that. */
export interface Rate {
  readonly burst: number
  readonly perSecond: number
}

/** Holds up to `burst` tokens, and gets new ones all the time. What is limited
 * takes one each time. */
export class TokenBucket {
  private tokens: number

  /** @param at when it begins, in milliseconds; from then on time only grows */
  constructor(
    private readonly rate: Rate,
    private at: number,
  ) {
    this.tokens = rate.burst
  }

  /** Takes a token if there is one.
   * @returns 0 if it was taken, else the seconds until there is one */
  take(now: number): number {
    const { burst, perSecond } = this.rate
    // #region take
    const added = ((now - this.at) / 1_000) * perSecond
    this.tokens = Math.min(burst, this.tokens + added)
    this.at = now
    if (this.tokens < 1) return (1 - this.tokens) / perSecond
    this.tokens--
    return 0
    // #endregion take
  }

  /** A full bucket is like a new one. */
  isFull(now: number): boolean {
    const { burst, perSecond } = this.rate
    return ((now - this.at) / 1_000) * perSecond >= burst - this.tokens
  }
}
