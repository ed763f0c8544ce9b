import { inTime, joinTimeoutMs } from "../../05-redis/redis-connection.ts"
import type { CoreHost } from "./core-host.ts"

/** A channel of this process, in a group. */
interface Membership {
  readonly host: CoreHost
  readonly key: string
  readonly channel: string
}

/** What this process has written into Redis about its channels, written again
 * when Redis comes back: it may have lost everything. */
export class Memberships {
  private readonly known = new Map<string, Membership>()
  private readonly listeners = new Set<() => void>()
  private live = true

  constructor(
    private readonly hosts: readonly CoreHost[],
    private readonly clock: () => number,
  ) {
    for (const { redis } of hosts) {
      redis.on("close", () => this.lost())
      redis.on("ready", () => void this.comeBack())
    }
  }

  /** Whether all hosts can be reached. */
  get isLive(): boolean {
    return this.live
  }

  /** If Redis is gone, this still resolves soon, and the channel joins when Redis
   * is back. */
  async join(host: CoreHost, key: string, channel: string): Promise<void> {
    this.known.set(`${key} ${channel}`, { host, key, channel })
    const joined = inTime(host.join(key, channel, this.clock()), joinTimeoutMs)
    await joined.catch(() => {})
  }

  async leave(host: CoreHost, key: string, channel: string): Promise<void> {
    this.known.delete(`${key} ${channel}`)
    // Without Redis, the membership ends by its age.
    await inTime(host.leave(key, channel)).catch(() => {})
  }

  /** Leaves everything, so that no message is kept for this process. */
  async leaveAll(): Promise<void> {
    const all = [...this.known.values()]
    this.known.clear()
    const left = all.map(({ host, key, channel }) => host.leave(key, channel))
    await inTime(Promise.all(left)).catch(() => {})
  }

  onBack(listener: () => void): () => void {
    this.listeners.add(listener)
    return () => void this.listeners.delete(listener)
  }

  /** The connections end on purpose, so nothing is reported. */
  close(): void {
    this.live = false
    this.listeners.clear()
  }

  private lost(): void {
    if (!this.live) return
    this.live = false
    console.error("Redis is gone: rooms work again when it is back.")
  }

  private async comeBack(): Promise<void> {
    const areReady = this.hosts.every(({ redis }) => redis.status === "ready")
    if (this.live || !areReady) return
    // #region join-again
    const all = [...this.known.values()]
    try {
      await Promise.all(
        all.map(({ host, key, channel }) => {
          return host.join(key, channel, this.clock())
        }),
      )
    } catch {
      return // lost again: the next connection begins from the start
    }
    this.live = true
    console.error("Redis is back.")
    // #endregion join-again
    for (const listener of this.listeners) listener()
  }
}
