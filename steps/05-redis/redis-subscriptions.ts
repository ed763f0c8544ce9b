import type { Redis } from "ioredis"
import { trace } from "../01-echo/trace.ts"
import { inTime, joinTimeoutMs } from "./redis-connection.ts"

/** The subscriptions of one connection, restored when it comes back. */
export class RedisSubscriptions {
  private readonly wanted = new Map<string, Promise<void>>()
  private readonly listeners = new Set<() => void>()
  private live = true

  /** @param redis a connection that is used for nothing else */
  constructor(
    private readonly redis: Redis,
    private readonly publisher: Redis,
    receive: (name: string, body: Uint8Array) => void,
  ) {
    redis.on("messageBuffer", (bytes: Buffer, body: Buffer) => {
      const name = bytes.toString()
      // Messages may still arrive for a name that was just removed.
      if (this.wanted.has(name)) receive(name, body)
    })
    redis.on("close", () => this.lost())
    for (const one of [redis, publisher]) one.on("ready", () => this.comeBack())
  }

  /** Whether every message for a wanted name would arrive now. */
  get isLive(): boolean {
    return this.live
  }

  // #region subscribe-once
  /** Once this resolves, no later message is missed. If Redis is gone or hangs,
   * this still resolves soon, and messages arrive when Redis is back. */
  add(name: string): Promise<void> {
    const known = this.wanted.get(name)
    if (known) return known
    const subscribed = inTime(this.subscribe([name]), joinTimeoutMs)
    const settled = subscribed.catch(() => {})
    this.wanted.set(name, settled)
    return settled
  }
  // #endregion subscribe-once

  async remove(name: string): Promise<void> {
    if (!this.wanted.delete(name)) return
    trace("redis", "UNSUBSCRIBE", name)
    // Without a connection there is no subscription either.
    await inTime(this.redis.unsubscribe(name)).catch(() => {})
  }

  /** Calls the listener each time all subscriptions are back.
   * @returns a function that removes the listener */
  onBack(listener: () => void): () => void {
    this.listeners.add(listener)
    return () => void this.listeners.delete(listener)
  }

  /** Ends the connection on purpose, so nothing is reported. */
  close(): void {
    this.live = false
    this.redis.disconnect()
  }

  private async subscribe(names: string[]): Promise<void> {
    trace("redis", "SUBSCRIBE", names)
    await this.redis.subscribe(...names)
  }

  // #region losing-redis
  private lost(): void {
    if (!this.live) return
    this.live = false
    console.error("Redis is gone: rooms work again when it is back.")
  }

  /** Waits for both connections: one sends, the other receives. */
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
      return // lost again: the next connection begins from the start
    }
    this.live = true
    console.error("Redis is back.")
    // #endregion resubscribe
    for (const listener of this.listeners) listener()
  }
  // #endregion losing-redis
}
