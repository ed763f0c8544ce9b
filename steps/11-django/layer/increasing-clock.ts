/** Redis sorts the messages of a queue by their times, and a script can send
 * several of them in a millisecond: each gets a later time than the one before.
 * @returns a clock in seconds since 1970, like Python's `time.time` */
export function increasingClock(): () => number {
  let last = 0
  return () => {
    // #region increasing-clock
    const now = performance.timeOrigin + performance.now()
    // A double holds these seconds to less than a microsecond.
    last = Math.max(now / 1_000, last + 0.000_001)
    return last
    // #endregion increasing-clock
  }
}
