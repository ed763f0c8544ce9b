import { inTime, joinTimeoutMs } from "../../05-redis/redis-connection.ts"
import type { CoreHost } from "./core-host.ts"

/** How many may be remembered as left. The others end by their age. */
const mostLeft = 10_000

/** How many join again at once. */
const mostAtOnce = 500

/** A channel of this process, in a group. */
interface Membership {
  readonly host: CoreHost
  readonly group: string
  readonly channel: string
}

/** What this process has written into Redis about its channels. It is written
 * again when Redis comes back, which may have lost everything, and from time to
 * time: a membership ends by its age, and Redis may lose keys while its
 * connections stay open. */
export class Memberships {
  private readonly joined = new Map<string, Membership>()
  /** Those that have ended while Redis was away. */
  private readonly left = new Map<string, Membership>()
  private readonly listeners = new Set<() => void>()
  private readonly timer: NodeJS.Timeout
  private live = true

  /** @param rejoinMs how often all channels join again */
  constructor(
    private readonly hosts: readonly CoreHost[],
    rejoinMs: number,
  ) {
    this.timer = setInterval(() => void this.joinAgain(), rejoinMs).unref()
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

  /** Leaves everything for good, so that no message is kept for this process. */
  async leaveAll(): Promise<void> {
    clearInterval(this.timer)
    const all = [...this.joined.values(), ...this.left.values()]
    this.joined.clear()
    await Promise.all(all.map(leave))
  }

  onBack(listener: () => void): () => void {
    this.listeners.add(listener)
    return () => void this.listeners.delete(listener)
  }

  /** The connections end on purpose, so nothing is reported. */
  close(): void {
    this.live = false
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

  /** Never throws: if Redis is gone, all join when it is back. */
  private async joinAgain(): Promise<void> {
    const all = [...this.joined]
    while (this.live && all.length > 0) {
      const some = all.splice(0, mostAtOnce)
      // Some may have left by now.
      const still = some.filter(([name, it]) => this.joined.get(name) === it)
      const joining = still.map(([, membership]) => join(membership))
      await inTime(Promise.all(joining), joinTimeoutMs).catch(() => {})
    }
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
