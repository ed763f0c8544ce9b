/** The two clocks of a computer, in milliseconds. */
export interface Clocks {
  /** The time of day, which may be set back. */
  now(): number
  /** Never goes back, and counts parts of a millisecond. */
  elapsed(): number
}

const computer: Clocks = { now: Date.now, elapsed: () => performance.now() }

/** Further apart, the time of day was set, or the computer has slept. */
const apartMs = 5

/** Redis sorts the messages of a queue by their times, and a program can send
 * several of them in a millisecond: each gets a later time than the one before.
 * @param clocks for checks only
 * @returns a clock in seconds since 1970, like Python's `time.time` */
export function increasingClock({ now, elapsed } = computer): () => number {
  let begin = now() - elapsed()
  let last = 0
  return () => {
    if (Math.abs(begin + elapsed() - now()) > apartMs) begin = now() - elapsed()
    // A double holds these seconds to less than a microsecond.
    last = Math.max((begin + elapsed()) / 1_000, last + 0.000_001)
    return last
  }
}
