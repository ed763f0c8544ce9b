import type { Redis, RedisOptions } from "ioredis"
import { trace } from "../../01-echo/trace.ts"
import type { LayerEvent } from "../../04-groups/channel-layer.ts"
import { connectToRedis } from "../../05-redis/redis-connection.ts"
import { groupBy } from "./group-by.ts"
import { queueOf } from "./hosts.ts"
import { payloadOf } from "./payload.ts"
import { RedisQueue, silenceMs } from "./redis-queue.ts"
import { sendToQueues } from "./scripts.ts"
import type { Serializer } from "./serializers.ts"

export interface CoreHostOptions {
  readonly prefix: string
  /** How many messages may wait in a queue. */
  readonly capacity: number
  /** How long an untouched queue and its messages stay. */
  readonly expirySeconds: number
  /** How long a channel stays in a group. */
  readonly groupExpirySeconds: number
  readonly serializer: Serializer
  /** In seconds. Each call returns a later time than the one before. */
  readonly clock: () => number
  readonly redis: RedisOptions | undefined
  readonly Client?: typeof Redis | undefined
}

/** What the layer does on one Redis. All that is sent together is one round
 * trip. */
export class CoreHost {
  private readonly queues = new Set<RedisQueue>()

  private constructor(
    readonly url: string,
    readonly redis: Redis,
    private readonly options: CoreHostOptions,
  ) {}

  /** @throws LayerUnavailable if Redis does not answer */
  static async connect(
    url: string,
    options: CoreHostOptions,
  ): Promise<CoreHost> {
    const settings = { socketTimeout: silenceMs, ...options.redis }
    const redis = await connectToRedis(url, settings, options.Client)
    return new CoreHost(url, redis, options)
  }

  /** From now on, the membership grows old. */
  async join(group: string, channel: string): Promise<void> {
    const { clock, groupExpirySeconds } = this.options
    const key = this.groupKey(group)
    await Promise.all([
      this.redis.zadd(key, clock(), channel),
      this.redis.expire(key, groupExpirySeconds),
    ])
  }

  async leave(group: string, channel: string): Promise<void> {
    await this.redis.zrem(this.groupKey(group), channel)
  }

  /** @returns the channels in the group, without those that joined too long
   * ago */
  async membersOf(group: string): Promise<string[]> {
    const key = this.groupKey(group)
    const oldest = this.secondsAgo(this.options.groupExpirySeconds)
    const [, members] = await Promise.all([
      this.redis.zremrangebyscore(key, 0, oldest),
      this.redis.zrange(key, "0", "-1"),
    ])
    return members
  }

  /** Sends an event to channels whose queues are on this host. For a queue that
   * is full, it is lost. */
  async sendToMembers(
    members: readonly string[],
    event: LayerEvent,
  ): Promise<void> {
    const { redis, options } = this
    const { prefix, serializer, capacity, clock, expirySeconds } = options
    trace("redis", "EVAL", [members.length, "members"])
    this.forgetOld(members)
    // #region group-send-script
    const byQueue = groupBy(members, queueOf)
    const queues = [...byQueue.keys()].map((queue) => prefix + queue)
    const payloads = [...byQueue.values()].map((channels) =>
      payloadOf(event, channels, serializer),
    )
    await redis.eval(
      sendToQueues,
      queues.length,
      ...queues,
      ...payloads,
      ...queues.map(() => capacity),
      clock(),
      expirySeconds,
    )
    // #endregion group-send-script
  }

  /** @returns false if the channel's queue is full */
  async send(channel: string, event: LayerEvent): Promise<boolean> {
    const { prefix, serializer, capacity, clock, expirySeconds } = this.options
    const key = prefix + queueOf(channel)
    const isQueue = !channel.includes("!")
    const payload = payloadOf(event, isQueue ? undefined : channel, serializer)
    const time = clock()
    const [, waiting] = await Promise.all([
      this.redis.zremrangebyscore(key, 0, this.secondsAgo(expirySeconds)),
      this.redis.zcount(key, "-inf", "+inf"),
    ])
    if (waiting >= capacity) return false
    trace("redis", "ZADD", [key, payload.length])
    await Promise.all([
      this.redis.zadd(key, time, payload),
      this.redis.expire(key, expirySeconds),
    ])
    return true
  }

  openQueue(name: string): RedisQueue {
    const queue = new RedisQueue(name, { ...this.options, url: this.url })
    this.queues.add(queue)
    return queue
  }

  closeQueues(): void {
    for (const queue of this.queues) queue.close()
  }

  /** Removes a queue and what is in it. */
  async removeQueue(name: string): Promise<void> {
    const key = this.options.prefix + name
    await this.redis.del(key, `${key}$inflight`)
  }

  close(): void {
    this.closeQueues()
    this.redis.disconnect()
  }

  /** Removes what has waited for too long from the queues of these channels. */
  private forgetOld(members: readonly string[]): void {
    const { prefix, expirySeconds } = this.options
    const oldest = this.secondsAgo(expirySeconds)
    const forgetting = this.redis.multi()
    for (const queue of new Set(members.map(queueOf))) {
      forgetting.zremrangebyscore(prefix + queue, 0, oldest)
    }
    // If this fails, so does the next command.
    forgetting.exec().catch(() => {})
  }

  private secondsAgo(seconds: number): number {
    return Math.floor(this.options.clock()) - seconds
  }

  private groupKey(group: string): string {
    return `${this.options.prefix}:group:${group}`
  }
}
