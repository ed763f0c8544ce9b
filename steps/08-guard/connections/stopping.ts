import type { StopOptions } from "../../01-echo/server/server-options.ts"

/** Ctrl-C reaches the server twice: from the terminal, and from the `npm run
 * step` that it ends as well. */
const sameMs = 500

/** How the server stops: 1012 tells pages to come back within two seconds. In
 * batches, so that they do not all reach the next server at once. */
export function stopGently(): StopOptions {
  let askedAt = Number.POSITIVE_INFINITY
  const note = () => {
    askedAt = Math.min(askedAt, performance.now())
  }
  process.once("SIGINT", note).once("SIGTERM", note)
  return {
    code: 1012,
    batch: 50,
    withinMs: 5_000,
    onSecondSignal() {
      if (performance.now() - askedAt < sameMs) return
      console.error("Stopped at once.")
      process.exit(0)
    },
  }
}
