import { OneLook } from "./one-look.ts"

/** Finds out which of these sessions are still open. */
export type StillOpen = (hashes: readonly string[]) => Promise<Set<string>>

const everyMs = 1_000

/** The sessions that have open sockets in this process. Every second, one query
 * finds those that have ended: by a logout on any server, by time, or by a
 * deleted row. */
export class OpenSessions {
  private readonly sockets = new Map<string, Set<() => void>>()
  private readonly looks = new OneLook(() => this.look())
  private readonly timer = setInterval(() => this.lookSoon(), everyMs)

  constructor(private readonly stillOpen: StillOpen) {}

  /** @param hash of the session's key
   * @param end called when the session has ended, until the socket is removed
   * @returns a function that removes the socket again */
  add(hash: string, end: () => void): () => void {
    const ends = this.sockets.get(hash) ?? new Set()
    this.sockets.set(hash, ends.add(end))
    return () => {
      ends.delete(end)
      if (ends.size === 0) this.sockets.delete(hash)
    }
  }

  /** Looks now, and not only when the second is over. */
  lookSoon(): void {
    if (this.sockets.size > 0) this.looks.ask()
  }

  async close(): Promise<void> {
    clearInterval(this.timer)
  }

  /** Ends the sockets of sessions that are over.
   * @throws what the query throws: then no socket ends */
  async look(): Promise<void> {
    // #region end-sessions
    // A session that begins while this query runs is not in its answer.
    const asked = [...this.sockets.keys()]
    const open = await this.stillOpen(asked)
    for (const hash of asked) {
      if (open.has(hash)) continue
      for (const end of this.sockets.get(hash) ?? []) end()
    }
    // #endregion end-sessions
  }
}
