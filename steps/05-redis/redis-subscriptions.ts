import type { Redis } from "ioredis"
import { trace } from "../01-echo/trace.ts"
import { inTime, patienceOnJoining } from "./redis-connection.ts"

/** What one connection listens to, also after it was lost and came back. */
export class RedisSubscriptions {
  private readonly wanted = new Map<string, Promise<void>>()
  private live = true

  /**
   * @param redis connected, and used for nothing else
   * @param publisher the connection for everything else
   */
  constructor(
    private readonly redis: Redis,
    private readonly publisher: Redis,
    receive: (name: string, body: Uint8Array) => void,
  ) {
    redis.on("messageBuffer", (name: Buffer, body: Buffer) => {
      // One that was on its way while we unsubscribed is for nobody.
      if (this.wanted.has(name.toString())) receive(name.toString(), body)
    })
    redis.on("close", () => this.lost())
    for (const one of [redis, publisher]) {
      one.on("ready", () => this.comeBack())
    }
  }

  // #region what-is-wanted
  /** Whether everything that is wanted would be heard now. */
  get isLive(): boolean {
    return this.live
  }

  /** Resolves when messages arrive from now on. Where Redis is gone or hangs it
   * resolves soon: then they arrive when it is back. */
  add(name: string): Promise<void> {
    const known = this.wanted.get(name)
    if (known) return known
    const subscribed = inTime(this.subscribe([name]), patienceOnJoining)
    const settled = subscribed.catch(() => {})
    this.wanted.set(name, settled)
    return settled
  }

  async remove(name: string): Promise<void> {
    if (!this.wanted.delete(name)) return
    trace("redis", "UNSUBSCRIBE", name)
    // Without a connection there is no subscription either.
    await inTime(this.redis.unsubscribe(name)).catch(() => {})
  }

  /** Ends the connection, which is no loss that anyone need be told of. */
  close(): void {
    this.live = false
    this.redis.disconnect()
  }

  private async subscribe(names: string[]): Promise<void> {
    trace("redis", "SUBSCRIBE", names)
    await this.redis.subscribe(...names)
  }

  private lost(): void {
    if (!this.live) return
    this.live = false
    console.error("Redis is gone: rooms work again when it is back.")
  }

  /** Whoever is told "back" can hear and speak: it takes both connections. */
  private comeBack(): void {
    const both = [this.redis, this.publisher]
    if (this.live || both.some(({ status }) => status !== "ready")) return
    void this.resubscribe()
  }

  private async resubscribe(): Promise<void> {
    // #region resubscribe
    const names = [...this.wanted.keys()]
    try {
      if (names.length > 0) await this.subscribe(names)
    } catch {
      return // lost again: the next connection begins anew
    }
    this.live = true
    console.error("Redis is back.")
    // #endregion resubscribe
  }
  // #endregion what-is-wanted
}
