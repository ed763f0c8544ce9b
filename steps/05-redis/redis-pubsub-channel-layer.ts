import { randomUUID } from "node:crypto"
import { decode, encode } from "@msgpack/msgpack"
import type { Redis } from "ioredis"
import { trace } from "../01-echo/trace.ts"
import type {
  ChannelLayer,
  LayerEvent,
  NewChannelOptions,
} from "../04-groups/channel-layer.ts"
import {
  assertChannelName,
  assertGroupName,
} from "../04-groups/channel-names.ts"
import { InMemoryChannelLayer } from "../04-groups/in-memory-channel-layer.ts"
import { LayerUnavailable } from "./layer-unavailable.ts"
import { connectToRedis, inTime } from "./redis-connection.ts"
import { RedisSubscriptions } from "./redis-subscriptions.ts"

export interface RedisPubSubOptions {
  readonly url: string
  readonly prefix?: string
  /** How many events may wait in one channel. */
  readonly capacity?: number
}

/**
 * Groups across processes: Redis carries an event to every process that has a
 * member, and there an in-memory layer hands it to the members.
 * On the wire it is `channels_redis.pubsub.RedisPubSubChannelLayer`.
 */
export class RedisPubSubChannelLayer implements ChannelLayer {
  private readonly local: InMemoryChannelLayer
  private readonly subscriptions: RedisSubscriptions

  private constructor(
    private readonly publisher: Redis,
    subscriber: Redis,
    private readonly prefix: string,
    capacity?: number,
  ) {
    this.local = new InMemoryChannelLayer({ capacity, nameChannel })
    this.subscriptions = new RedisSubscriptions(
      subscriber,
      publisher,
      (name, body) => void this.deliver(name, body),
    )
  }

  /** @throws LayerUnavailable if Redis does not answer */
  static async connect(
    options: RedisPubSubOptions,
  ): Promise<RedisPubSubChannelLayer> {
    const publisher = await connectToRedis(options.url)
    const subscriber = await connectToRedis(options.url).catch((error) => {
      publisher.disconnect()
      throw error
    })
    const { prefix = "asgi", capacity } = options
    return new RedisPubSubChannelLayer(publisher, subscriber, prefix, capacity)
  }

  // #region members-and-subscriptions
  async newChannel(options: NewChannelOptions = {}): Promise<string> {
    const channel = await this.local.newChannel(options)
    await this.subscriptions.add(this.channelKey(channel))
    return channel
  }

  async closeChannel(channel: string): Promise<void> {
    const groups = this.local.groupsOf(channel)
    await this.local.closeChannel(channel)
    await this.subscriptions.remove(this.channelKey(channel))
    for (const group of groups) await this.forgetIfEmpty(group)
  }

  /** A channel of this process needs no Redis.
   * @throws LayerUnavailable for any other while there is none */
  async send(channel: string, event: LayerEvent): Promise<void> {
    assertChannelName(channel)
    if (this.local.isOpen(channel)) return this.local.send(channel, event)
    await this.publish(this.channelKey(channel), event)
  }

  async receive(channel: string): Promise<LayerEvent> {
    const event = this.local.receive(channel)
    await this.subscriptions.add(this.channelKey(channel))
    return event
  }

  async groupAdd(group: string, channel: string): Promise<void> {
    // #region subscribe-group
    await this.local.groupAdd(group, channel)
    await this.subscriptions.add(this.groupKey(group))
    // #endregion subscribe-group
  }

  async groupDiscard(group: string, channel: string): Promise<void> {
    await this.local.groupDiscard(group, channel)
    await this.forgetIfEmpty(group)
  }

  /** @throws LayerUnavailable while there is no Redis: nobody got the event */
  async groupSend(group: string, event: LayerEvent): Promise<void> {
    assertGroupName(group)
    await this.publish(this.groupKey(group), event)
  }
  // #endregion members-and-subscriptions

  async close(): Promise<void> {
    this.publisher.disconnect()
    this.subscriptions.close()
    await this.local.close()
  }

  // #region wire
  private async publish(key: string, event: LayerEvent): Promise<void> {
    // #region publish
    if (!this.subscriptions.isLive) throw new LayerUnavailable()
    const body = Buffer.from(encode(event))
    try {
      await this.publishBytes(key, body)
    } catch (error) {
      throw new LayerUnavailable(error)
    }
    // #endregion publish
  }

  /** @throws Error if there is no connection, or no answer in time */
  private async publishBytes(key: string, body: Buffer): Promise<void> {
    trace("redis", "PUBLISH", [key, body.length])
    await inTime(this.publisher.publish(key, body))
  }

  /** Whatever another program published must not harm anyone here. */
  private async deliver(key: string, body: Uint8Array): Promise<void> {
    trace("redis", "message", [key, body.length])
    try {
      // #region deliver
      const event = decode(body) as LayerEvent
      const group = this.groupOf(key)
      if (group !== undefined) await this.local.groupSend(group, event)
      else await this.local.send(key.slice(this.prefix.length), event)
      // #endregion deliver
    } catch (error) {
      console.error(`Dropped what came from Redis on ${key}:`, error)
    }
  }

  private async forgetIfEmpty(group: string): Promise<void> {
    if (this.local.members(group).length > 0) return
    await this.subscriptions.remove(this.groupKey(group))
  }

  private channelKey(channel: string): string {
    return this.prefix + channel
  }

  private groupKey(group: string): string {
    return `${this.prefix}__group__${group}`
  }

  private groupOf(key: string): string | undefined {
    const start = this.groupKey("")
    return key.startsWith(start) ? key.slice(start.length) : undefined
  }
  // #endregion wire
}

function nameChannel(prefix: string): string {
  return prefix + randomUUID().replaceAll("-", "")
}
