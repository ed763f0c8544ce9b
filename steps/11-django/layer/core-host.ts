import type { Redis, RedisOptions } from "ioredis"
import { connectToRedis } from "../../05-redis/redis-connection.ts"
import { RedisQueue } from "./redis-queue.ts"
import { sendToQueues } from "./scripts.ts"

export interface CoreHostOptions {
  /** How many messages may wait in a queue. */
  readonly capacity: number
  /** How long an untouched queue and its messages stay. */
  readonly expirySeconds: number
  /** How long a channel stays in a group. */
  readonly groupExpirySeconds: number
  readonly redis?: RedisOptions | undefined
}

/** Messages for some queues of one host. */
export interface Delivery {
  readonly queue: string
  readonly payload: Buffer
}

/** What the layer does on one Redis. All keys are whole names. */
export class CoreHost {
  private readonly blocking = new Set<Redis>()

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
    const redis = await connectToRedis(url, options.redis)
    return new CoreHost(url, redis, options)
  }

  /** @param time when it joined: from then on, its membership grows old */
  async join(group: string, channel: string, time: number): Promise<void> {
    // #region join
    await this.redis
      .pipeline()
      .zadd(group, time, channel)
      .expire(group, this.options.groupExpirySeconds)
      .exec()
    // #endregion join
  }

  async leave(group: string, channel: string): Promise<void> {
    await this.redis.zrem(group, channel)
  }

  /** @returns the channels in the group, and forgets those that joined too long
   * ago */
  async membersOf(group: string, time: number): Promise<string[]> {
    const oldest = Math.floor(time) - this.options.groupExpirySeconds
    // Together, in one round trip.
    const [, members] = await Promise.all([
      this.redis.zremrangebyscore(group, 0, oldest),
      this.redis.zrange(group, "0", "-1"),
    ])
    return members
  }

  /** Adds the messages to their queues, all at once.
   * @returns how many queues were full: their messages are lost */
  async sendAll(
    deliveries: readonly Delivery[],
    time: number,
  ): Promise<number> {
    const { capacity, expirySeconds } = this.options
    const queues = deliveries.map(({ queue }) => queue)
    const forgetting = this.redis.multi()
    for (const queue of queues) {
      forgetting.zremrangebyscore(queue, 0, Math.floor(time) - expirySeconds)
    }
    // #region group-send-script
    const [, full] = await Promise.all([
      forgetting.exec(),
      this.redis.eval(
        sendToQueues,
        queues.length,
        ...queues,
        ...deliveries.map(({ payload }) => payload),
        ...deliveries.map(() => capacity),
        time,
        expirySeconds,
      ),
    ])
    // #endregion group-send-script
    return Number(full)
  }

  /** @returns false if the queue is full */
  async send({ queue, payload }: Delivery, time: number): Promise<boolean> {
    const { capacity, expirySeconds } = this.options
    const oldest = Math.floor(time) - expirySeconds
    const [, waiting] = await Promise.all([
      this.redis.zremrangebyscore(queue, 0, oldest),
      this.redis.zcount(queue, "-inf", "+inf"),
    ])
    if (waiting >= capacity) return false
    await this.redis
      .pipeline()
      .zadd(queue, time, payload)
      .expire(queue, expirySeconds)
      .exec()
    return true
  }

  /** Opens a connection of its own for a queue, because reading waits.
   * @throws LayerUnavailable */
  async openQueue(key: string): Promise<RedisQueue> {
    const redis = await connectToRedis(this.url)
    this.blocking.add(redis)
    return new RedisQueue(redis, key, this.options.expirySeconds)
  }

  close(): void {
    for (const redis of [this.redis, ...this.blocking]) redis.disconnect()
  }
}
