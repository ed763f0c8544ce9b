const longestSilenceMs = 50_000
const longestJoiningMs = 5_000

/**
 * Notices a connection that is open, but dead: a browser cannot see the server's
 * pings. A server of this step sends a frame at least every 20 seconds, and its
 * first one at once.
 * @param {{
 *   onSilence(): void,
 *   onNotJoined(): void,
 * }} options
 * - onSilence: no frame came for too long
 * - onNotJoined: no `joined` came after the connection has opened
 */
export function watchSigns({ onSilence, onNotJoined }) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let silence
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let joining

  function sign() {
    clearTimeout(silence)
    silence = setTimeout(onSilence, longestSilenceMs)
  }

  function joined() {
    clearTimeout(joining)
  }

  return {
    /** The connection is open. */
    opened() {
      sign()
      clearTimeout(joining)
      joining = setTimeout(onNotJoined, longestJoiningMs)
    },
    /** A frame has come. */
    sign,
    joined,
    /** The connection has ended. */
    ended() {
      clearTimeout(silence)
      clearTimeout(joining)
    },
  }
}
