import { setTimeout as delay } from "node:timers/promises"
import type { Redis, RedisOptions } from "ioredis"
import { trace } from "../../01-echo/trace.ts"
import type { LayerEvent } from "../../04-groups/channel-layer.ts"
import { connectToRedis } from "../../05-redis/redis-connection.ts"
import { queueOf } from "./hosts.ts"
import { readPayload } from "./payload.ts"
import { putBack } from "./scripts.ts"
import type { Serializer } from "./serializers.ts"

export interface QueueOptions {
  readonly url: string
  readonly prefix: string
  /** After that, nothing is left of an abandoned queue. */
  readonly expirySeconds: number
  readonly serializer: Serializer
  readonly redis: RedisOptions | undefined
}

/** Gets an event for a channel. Never throws. */
export type Deliver = (channel: string, event: LayerEvent) => void

/** How long Redis waits for a message before it answers that there is none. */
const waitSeconds = 5
/** Longer than that without an answer: then the connection is dead, and another
 * one is opened. */
export const silenceMs = 8_000
const pauseMs = 100
/** If a message is older than that, others wait behind it. */
const behindMs = 20
const batch = 64

/** The messages of one queue on one host, taken out one at a time. Its connection
 * is its own, because reading waits. */
export class RedisQueue {
  private readonly key: string
  private readonly inFlight: string
  /** Several processes read a queue with a fixed name. Each of them puts back
   * what it finds in flight, so nothing of a running process may be there. */
  private readonly isShared: boolean
  private redis: Redis | undefined
  /** Whether something that was delivered may still be in flight. */
  private hasLanded = false
  private isBehind = false
  private hasEnded = false
  private reported = ""

  /** @param name of a channel, or what the channels of a process share */
  constructor(
    private readonly name: string,
    private readonly options: QueueOptions,
  ) {
    this.key = options.prefix + name
    this.inFlight = `${this.key}$inflight`
    this.isShared = !name.endsWith("!")
  }

  get isClosed(): boolean {
    return this.hasEnded
  }

  /** Waits for a message, but not for long, and delivers it. Never throws: while
   * Redis is away, messages are not lost, but late. */
  async receive(deliver: Deliver): Promise<void> {
    try {
      this.redis ??= await this.connect()
      await this.clean(this.redis)
      await this.popOne(this.redis, deliver)
      if (this.isBehind) await this.catchUp(this.redis, deliver)
      this.reported = ""
    } catch (error) {
      if (this.hasEnded) return
      this.report(`${error}`)
      await delay(pauseMs, undefined, { ref: false })
    }
  }

  close(): void {
    this.hasEnded = true
    this.redis?.disconnect()
  }

  private async popOne(redis: Redis, deliver: Deliver): Promise<void> {
    // #region pop-and-buffer
    const popped = await redis.bzpopminBuffer(this.key, waitSeconds)
    if (!popped) return
    const [, message, time] = popped
    await this.keepInFlight(message, time)
    const payload = this.read(message)
    if (payload) {
      for (const channel of payload.channels) deliver(channel, payload.event)
    }
    this.removeFromFlight()
    // #endregion pop-and-buffer
  }

  /** Taken out one at a time, the messages of a burst would fill the queue, and
   * the rest would be lost. So those that wait are taken out together. */
  private async catchUp(redis: Redis, deliver: Deliver): Promise<void> {
    const pairs = pairsOf(await redis.zpopminBuffer(this.key, batch))
    if (pairs.length === 0) return
    await this.keep(pairs.flatMap(([message, time]) => [`${time}`, message]))
    for (const [message] of pairs) {
      const payload = this.read(message)
      if (!payload) continue
      for (const channel of payload.channels) deliver(channel, payload.event)
    }
    this.forget(redis.del(this.inFlight))
  }

  /** A reader that was killed after it took a message out has not handled it. So
   * what is in flight comes back into the queue. */
  private async clean(redis: Redis): Promise<void> {
    if (this.hasLanded) await redis.del(this.inFlight)
    this.hasLanded = false
    // If this fails, so does the next command.
    redis.eval(putBack, 0, this.key, this.inFlight).catch(() => {})
  }

  private async keepInFlight(message: Buffer, time: Buffer): Promise<void> {
    trace("redis", "BZPOPMIN", [this.key, message.length])
    if (this.isShared) return
    this.isBehind = Date.now() - Number(time) * 1_000 > behindMs
    await this.keep([time.toString(), message])
  }

  /** Never throws: this process has the messages, so they must not be lost. */
  private async keep(timesAndMessages: (string | Buffer)[]): Promise<void> {
    // In one write: what is in flight of a process that is killed expires.
    await this.redis
      ?.pipeline()
      .zadd(this.inFlight, ...timesAndMessages)
      .expire(this.inFlight, this.options.expirySeconds)
      .exec()
      .catch(() => {})
  }

  private removeFromFlight(): void {
    if (this.redis && !this.isShared) {
      this.forget(this.redis.zpopmin(this.inFlight))
    }
  }

  private forget(removed: Promise<unknown>): void {
    removed.catch(() => {
      this.hasLanded = true
    })
  }

  /** Another program may have sent anything. @returns the event, and the channels
   * of this queue that it is for; undefined if it is not an event */
  private read(message: Buffer) {
    try {
      const { event, channels } = readPayload(message, this.options.serializer)
      // Without a list, it is for the channel that the queue is named after.
      const listed = channels ?? (this.isShared ? [this.name] : [])
      const own = listed.filter((it) => queueOf(it) === this.name)
      if (own.length === 0 || own.length < listed.length) {
        console.error(
          `A message in ${this.key} names a channel of another queue, or none`,
        )
      }
      return { event, channels: own }
    } catch (error) {
      console.error(`Dropped an invalid message in ${this.key}:`, error)
      return undefined
    }
  }

  /** Losing the connection is reported elsewhere, but not that there never was
   * one. */
  private report(problem: string): void {
    const isLost = this.redis && this.redis.status !== "ready"
    if (isLost || /writeable/.test(problem)) return
    if (problem === this.reported) return
    this.reported = problem
    console.error(`Cannot receive from ${this.key}:`, problem)
  }

  private async connect(): Promise<Redis> {
    const redis = await connectToRedis(this.options.url, {
      ...this.options.redis,
      socketTimeout: silenceMs,
    })
    if (this.hasEnded) redis.disconnect()
    return redis
  }
}

/** @returns messages with their times, from a list of both in turn */
function pairsOf(list: readonly Buffer[]): [Buffer, Buffer][] {
  const pairs: [Buffer, Buffer][] = []
  for (let index = 0; index < list.length; index += 2) {
    const [message, time] = list.slice(index, index + 2)
    if (message && time) pairs.push([message, time])
  }
  return pairs
}
