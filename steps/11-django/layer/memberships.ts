import { inTime, joinTimeoutMs } from "../../05-redis/redis-connection.ts"
import type { CoreHost } from "./core-host.ts"

/** How many may be remembered as left. The others end by their age. */
const mostLeft = 10_000

/** A channel of this process, in a group. */
interface Membership {
  readonly host: CoreHost
  readonly group: string
  readonly channel: string
}

/** What this process has written into Redis about its channels, written again
 * when Redis comes back: it may have lost everything. */
export class Memberships {
  private readonly joined = new Map<string, Membership>()
  /** Those that have ended while Redis was away. */
  private readonly left = new Map<string, Membership>()
  private readonly listeners = new Set<() => void>()
  private live = true

  constructor(private readonly hosts: readonly CoreHost[]) {
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
  async join(host: CoreHost, group: string, channel: string): Promise<void> {
    const name = `${group} ${channel}`
    this.joined.set(name, { host, group, channel })
    this.left.delete(name)
    await inTime(host.join(group, channel), joinTimeoutMs).catch(() => {})
  }

  /** If Redis is gone, the channel leaves when Redis is back. */
  async leave(host: CoreHost, group: string, channel: string): Promise<void> {
    const name = `${group} ${channel}`
    this.joined.delete(name)
    await inTime(host.leave(group, channel)).catch(() => {
      const hasPlace = this.left.size < mostLeft && !this.joined.has(name)
      if (hasPlace) this.left.set(name, { host, group, channel })
    })
  }

  /** Leaves everything, so that no message is kept for this process. */
  async leaveAll(): Promise<void> {
    const all = [...this.joined.values(), ...this.left.values()]
    await Promise.all(all.map(leave))
  }

  onBack(listener: () => void): () => void {
    this.listeners.add(listener)
    return () => void this.listeners.delete(listener)
  }

  /** The connections end on purpose, so nothing is reported. */
  close(): void {
    this.live = false
    this.joined.clear()
    this.left.clear()
    this.listeners.clear()
  }

  private get areReady(): boolean {
    return this.hosts.every(({ redis }) => redis.status === "ready")
  }

  private lost(): void {
    if (!this.live) return
    this.live = false
    console.error("Redis is gone: rooms work again when it is back.")
  }

  private async comeBack(): Promise<void> {
    if (this.live || !this.areReady) return
    // #region join-again
    const left = [...this.left]
    try {
      await Promise.all(left.map(([, membership]) => leave(membership)))
      await Promise.all([...this.joined.values()].map(join))
    } catch {
      return // lost again: the next connection begins from the start
    }
    // One host may be lost while another one is still written to.
    if (this.live || !this.areReady) return
    for (const [name] of left) this.left.delete(name)
    this.live = true
    console.error("Redis is back.")
    // #endregion join-again
    for (const listener of this.listeners) listener()
  }
}

function join({ host, group, channel }: Membership): Promise<void> {
  return host.join(group, channel)
}

function leave({ host, group, channel }: Membership): Promise<void> {
  return host.leave(group, channel)
}
