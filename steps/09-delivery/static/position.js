/**
 * @typedef {{
 *   epoch: string,
 *   recovered: boolean,
 *   count: number,
 *   last: number,
 * }} Joined
 */

/** How far this page has shown its room, for the server to go on from there. */
export function openPosition() {
  let epoch = ""
  /** The last id that was shown: undefined before the first `joined`.
   * @type {number | undefined} */
  let last

  /** @param {number} id */
  const hasTaken = (id) => last !== undefined && id <= last

  return {
    /** @returns {string} what the socket's address asks for */
    query() {
      const query = new URLSearchParams({ since: String(last ?? "") })
      if (last !== undefined) query.set("epoch", epoch)
      return `?${query}`
    },

    /**
     * The answer to `query`: `count` messages follow.
     * @param {Joined} joined
     * @returns {boolean} whether they go on from the last one that was shown;
     *   if not, they begin a new log
     */
    join(joined) {
      const isFirst = last === undefined
      const goesOn = joined.recovered && !isFirst
      epoch = joined.epoch
      // Until these messages have come, nothing of them was shown.
      if (!goesOn) last = 0
      return goesOn || isFirst
    },

    /** @type {(id: number) => boolean} whether that message was shown, or is
     * older than what was */
    hasTaken,

    /** @param {number} id of a message that has come
     * @returns {boolean} whether it is to be shown: it was not shown before */
    take(id) {
      if (hasTaken(id)) return false
      last = id
      return true
    },

    /** Messages may be missing: the next answer must not go on from here. */
    loseTrack() {
      epoch = ""
    },
  }
}
