import { idFrom } from "../messages/message-id.ts"
import type { Top } from "../messages/placed-messages.ts"

/** The most messages that a client gets when it comes back. */
export const mostMissed = 1_000

/** The most that these may take: they wait in memory for a slow client. As much
 * may wait in its channel. */
export const mostMissedBytes = 1024 * 1024

/** What a client tells of itself in the address of its socket. */
export interface Visit {
  /** The last id that it has shown: undefined on a first visit. Infinity if what
   * it has sent is no id. */
  readonly since: number | undefined
  /** Which database that id is from. */
  readonly epoch: string
}

/** @param queryString like "since=41&epoch=k3f9"
 * @returns undefined if the client does not know the protocol of this step */
export function visitOf(queryString: string): Visit | undefined {
  const query = new URLSearchParams(queryString)
  const text = query.get("since")
  const epoch = query.get("epoch") ?? ""
  if (text === null) return undefined
  if (text === "") return { since: undefined, epoch }
  return { since: idFrom(text) ?? Infinity, epoch }
}

/** Whether a client that returns can get all that it has missed: all of it, or
 * it gets the newest messages instead.
 * @param since the last id that it has shown
 * @param epoch which database that id is from
 * @param missed how many messages come after it */
export function isRecovered(
  since: number,
  epoch: string,
  top: Top,
  missed: number,
): boolean {
  // #region recovered
  if (epoch !== top.epoch) return false
  if (since > top.highest) return false
  return missed <= mostMissed
  // #endregion recovered
}
