import { randomUUID } from "node:crypto"
import { decode, Encoder } from "@msgpack/msgpack"
import type { Redis, RedisOptions } from "ioredis"
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
import { type Capacity, Channels } from "../04-groups/channels.ts"
import { copyOf, frozenEvent } from "../04-groups/frozen-event.ts"
import { LayerUnavailable } from "./layer-unavailable.ts"
import { connectToRedis, inTime } from "./redis-connection.ts"
import { RedisSubscriptions } from "./redis-subscriptions.ts"

export interface RedisPubSubOptions extends Capacity {
  readonly url: string
  readonly prefix?: string
  /** More options for ioredis. */
  readonly redis?: RedisOptions
  /** What replaces the client of ioredis that publishes. */
  readonly Client?: typeof Redis
}

/** Groups across processes: Redis carries an event to every process that has a
 * member. Its wire format is that of `RedisPubSubChannelLayer` in
 * `channels_redis.pubsub`. */
export class RedisPubSubChannelLayer implements ChannelLayer {
  private readonly channels: Channels
  private readonly subscriptions: RedisSubscriptions
  private readonly prefix: string

  private constructor(
    private readonly publisher: Redis,
    subscriber: Redis,
    options: RedisPubSubOptions,
  ) {
    this.channels = new Channels(options)
    this.prefix = options.prefix ?? "asgi"
    const deliver = this.deliver.bind(this)
    this.subscriptions = new RedisSubscriptions(subscriber, publisher, deliver)
  }

  /** @throws LayerUnavailable if Redis does not answer */
  static async connect(
    options: RedisPubSubOptions,
  ): Promise<RedisPubSubChannelLayer> {
    const { url, redis, Client } = options
    const publisher = await connectToRedis(url, redis, Client)
    const subscriber = await connectToRedis(url, redis).catch((error) => {
      publisher.disconnect()
      throw error
    })
    return new RedisPubSubChannelLayer(publisher, subscriber, options)
  }

  get reachesAll(): boolean {
    return this.subscriptions.isLive
  }

  async newChannel(options: NewChannelOptions = {}): Promise<string> {
    const { prefix = "specific.", whenFull } = options
    const channel = prefix + randomUUID().replaceAll("-", "")
    this.channels.open(channel, whenFull)
    await this.subscriptions.add(this.channelKey(channel))
    return channel
  }

  async closeChannel(channel: string): Promise<void> {
    const groups = this.channels.groupsOf(channel)
    this.channels.close(channel)
    await this.subscriptions.remove(this.channelKey(channel))
    for (const group of groups) await this.forgetIfEmpty(group)
  }

  /** A channel of this process needs no Redis.
   * @throws LayerUnavailable for any other channel, if there is no Redis */
  async send(channel: string, event: LayerEvent): Promise<void> {
    assertChannelName(channel)
    if (this.channels.find(channel)) {
      this.channels.send(channel, copyOf(event))
    } else {
      await this.publish(this.channelKey(channel), event)
    }
  }

  receive(channel: string): Promise<LayerEvent> {
    return this.waiting(channel).take()
  }

  receiveMany(channel: string, limit: number): Promise<LayerEvent[]> {
    return this.waiting(channel).takeMany(limit)
  }

  async groupAdd(group: string, channel: string): Promise<void> {
    // #region subscribe-group
    this.channels.join(group, channel)
    await this.subscriptions.add(this.groupKey(group))
    // #endregion subscribe-group
  }

  // #region leaving
  async groupDiscard(group: string, channel: string): Promise<void> {
    this.channels.leave(group, channel)
    await this.forgetIfEmpty(group)
  }
  // #endregion leaving

  /** @throws LayerUnavailable */
  async groupSend(group: string, event: LayerEvent): Promise<void> {
    assertGroupName(group)
    await this.publish(this.groupKey(group), event)
  }

  onBack(listener: () => void): () => void {
    return this.subscriptions.onBack(listener)
  }

  async close(): Promise<void> {
    this.publisher.disconnect()
    this.subscriptions.close()
    this.channels.clear()
  }

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

  // #region wire
  /** @throws Error if there is no connection, or no answer in time */
  private async publishBytes(key: string, body: Buffer): Promise<void> {
    trace("redis", "PUBLISH", [key, body.length])
    await inTime(this.publisher.publish(key, body))
  }

  /** Never throws: another program may have published anything. */
  private deliver(key: string, body: Uint8Array): void {
    trace("redis", "message", [key, body.length])
    try {
      // #region deliver
      const event = frozenEvent(decode(body))
      const group = this.groupOf(key)
      if (group !== undefined) this.channels.sendToGroup(group, event)
      else this.channels.send(key.slice(this.prefix.length), event)
      // #endregion deliver
    } catch (error) {
      console.error(`Dropped an invalid message on ${key}:`, error)
    }
  }
  // #endregion wire

  private waiting(channel: string) {
    const known = this.channels.find(channel)
    if (known) return known.events
    // A channel with a fixed name: nothing has subscribed to it yet.
    const { events } = this.channels.open(channel)
    void this.subscriptions.add(this.channelKey(channel))
    return events
  }

  private async forgetIfEmpty(group: string): Promise<void> {
    if (this.channels.hasMembers(group)) return
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
}

const encoder = new Encoder()

/** @returns bytes that are overwritten by the next call */
function encode(event: LayerEvent): Uint8Array {
  return encoder.encodeSharedRef(event)
}
