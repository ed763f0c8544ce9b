import { randomUUID } from "node:crypto"
import type { RedisOptions } from "ioredis"
import { trace } from "../../01-echo/trace.ts"
import {
  ChannelFull,
  type ChannelLayer,
  type LayerEvent,
  type NewChannelOptions,
} from "../../04-groups/channel-layer.ts"
import {
  assertChannelName,
  assertGroupName,
} from "../../04-groups/channel-names.ts"
import { type Capacity, Channels } from "../../04-groups/channels.ts"
import { frozenEvent } from "../../04-groups/frozen-event.ts"
import { LayerUnavailable } from "../../05-redis/layer-unavailable.ts"
import { inTime } from "../../05-redis/redis-connection.ts"
import { CoreHost, type Delivery } from "./core-host.ts"
import { FixedChannel } from "./fixed-channel.ts"
import { groupBy } from "./group-by.ts"
import { hostIndexOf, queueOf } from "./hosts.ts"
import { increasingClock } from "./increasing-clock.ts"
import { Memberships } from "./memberships.ts"
import { payloadOf, readPayload, type Serializer } from "./payload.ts"
import { ReceiveLoop } from "./receive-loop.ts"

export interface RedisCoreOptions {
  /** Addresses, in the same order in all processes. */
  readonly hosts: readonly string[]
  readonly prefix?: string
  /** How many messages may wait in Redis for all channels of a process together:
   * 100 by default. What comes then is lost. */
  readonly capacity?: number
  /** How long they may wait: 60 by default. */
  readonly expirySeconds?: number
  /** How long a channel stays in a group: a day by default. */
  readonly groupExpirySeconds?: number
  readonly serializer?: Serializer
  /** What may wait in each channel of this process. */
  readonly buffer?: Capacity
  /** More options for ioredis. */
  readonly redis?: RedisOptions
}

/** Groups and queues in Redis. Its wire format is that of `RedisChannelLayer` in
 * `channels_redis.core`: the two can share a room. It promises less than
 * `RedisPubSubChannelLayer`: a full queue loses messages without an error, and a
 * channel leaves its groups after a day. */
export class RedisCoreChannelLayer implements ChannelLayer {
  private readonly process = randomUUID().replaceAll("-", "")
  private readonly clock = increasingClock()
  private readonly channels: Channels
  private readonly memberships: Memberships
  private readonly loops = new Map<string, Promise<ReceiveLoop>>()
  private readonly fixed = new Map<string, Promise<FixedChannel>>()
  private readonly prefix: string
  private sent = 0

  private constructor(
    private readonly hosts: readonly CoreHost[],
    private readonly options: RedisCoreOptions,
  ) {
    this.prefix = options.prefix ?? "asgi"
    this.channels = new Channels(options.buffer ?? {})
    this.memberships = new Memberships(hosts, this.clock)
  }

  /** @throws LayerUnavailable if one of the hosts does not answer */
  static async connect(
    options: RedisCoreOptions,
  ): Promise<RedisCoreChannelLayer> {
    const { capacity = 100, expirySeconds = 60 } = options
    const { groupExpirySeconds = 86_400, redis } = options
    const limits = { capacity, expirySeconds, groupExpirySeconds, redis }
    const hosts: CoreHost[] = []
    try {
      for (const url of options.hosts) {
        hosts.push(await CoreHost.connect(url, limits))
      }
    } catch (error) {
      for (const host of hosts) host.close()
      throw error
    }
    return new RedisCoreChannelLayer(hosts, options)
  }

  get reachesAll(): boolean {
    return this.memberships.isLive
  }

  async newChannel(options: NewChannelOptions = {}): Promise<string> {
    const { prefix = "specific.", whenFull } = options
    const queue = `${prefix}${this.process}!`
    const channel = queue + randomUUID().replaceAll("-", "")
    this.channels.open(channel, whenFull)
    await this.listenTo(queue)
    return channel
  }

  async closeChannel(channel: string): Promise<void> {
    const groups = this.channels.groupsOf(channel)
    this.channels.close(channel)
    for (const group of groups) await this.leave(group, channel)
  }

  /** @throws ChannelFull if too much waits for the process that has the channel
   * @throws LayerUnavailable */
  async send(channel: string, event: LayerEvent): Promise<void> {
    assertChannelName(channel)
    const queue = queueOf(channel)
    const isQueue = queue === channel
    const host = isQueue ? this.nextHost() : this.hostOf(queue)
    const to = isQueue ? undefined : channel
    const payload = payloadOf(event, to, this.options.serializer)
    const delivery = { queue: this.prefix + queue, payload }
    trace("redis", "ZADD", [delivery.queue, payload.length])
    const isSent = await this.reaching(host.send(delivery, this.clock()))
    if (!isSent) throw new ChannelFull(channel)
  }

  /** A channel with a fixed name is a queue: each of its events goes to one of
   * those that receive. */
  receive(channel: string): Promise<LayerEvent> {
    const known = this.channels.find(channel)
    return known ? known.events.take() : this.takeFrom(channel)
  }

  async receiveMany(channel: string, limit: number): Promise<LayerEvent[]> {
    const known = this.channels.find(channel)
    return known ? known.events.takeMany(limit) : [await this.takeFrom(channel)]
  }

  async groupAdd(group: string, channel: string): Promise<void> {
    assertGroupName(group)
    assertChannelName(channel)
    if (this.channels.find(channel)) this.channels.join(group, channel)
    const key = this.groupKey(group)
    await this.memberships.join(this.hostOf(group), key, channel)
  }

  async groupDiscard(group: string, channel: string): Promise<void> {
    this.channels.leave(group, channel)
    await this.leave(group, channel)
  }

  /** Never throws `ChannelFull`: the event is lost for the members of a process
   * whose queue is full.
   * @throws LayerUnavailable */
  async groupSend(group: string, event: LayerEvent): Promise<void> {
    assertGroupName(group)
    trace("redis", "to", this.groupKey(group))
    await this.reaching(this.sendToGroup(group, event))
  }

  onBack(listener: () => void): () => void {
    return this.memberships.onBack(listener)
  }

  /** Leaves nothing in Redis. */
  async close(): Promise<void> {
    await this.memberships.leaveAll()
    this.memberships.close()
    for (const loop of this.loops.values()) {
      await loop.then((it) => it.stop()).catch(() => {})
    }
    const own = [...this.loops.keys()]
    const forgotten = own.map((queue) => {
      const key = this.prefix + queue
      return this.hostOf(queue).redis.del(key, `${key}$inflight`)
    })
    await inTime(Promise.all(forgotten)).catch(() => {})
    for (const host of this.hosts) host.close()
    this.channels.clear()
  }

  // #region group-send
  private async sendToGroup(group: string, event: LayerEvent): Promise<void> {
    const key = this.groupKey(group)
    const members = await this.hostOf(group).membersOf(key, this.clock())
    const byQueue = groupBy(members, queueOf)
    const byHost = groupBy(byQueue, ([queue]) => this.hostOf(queue))
    for (const [host, queues] of byHost) {
      const deliveries: Delivery[] = queues.map(([queue, channels]) => {
        const payload = payloadOf(event, channels, this.options.serializer)
        return { queue: this.prefix + queue, payload }
      })
      const full = await host.sendAll(deliveries, this.clock())
      if (full > 0) trace("redis", `${full} queues of ${group} are full`)
    }
  }
  // #endregion group-send

  /** Starts the one loop that receives for all channels of this process. */
  private async listenTo(queue: string): Promise<void> {
    const known = this.loops.get(queue)
    const loop = known ?? this.openLoop(queue)
    this.loops.set(queue, loop)
    await loop
  }

  private async openLoop(queue: string): Promise<ReceiveLoop> {
    const opened = await this.hostOf(queue).openQueue(this.prefix + queue)
    return new ReceiveLoop(opened, (message) => this.deliver(message))
  }

  /** Never throws: another program may have sent anything. */
  private deliver(message: Buffer): void {
    try {
      // #region deliver
      const payload = readPayload(message, this.options.serializer)
      const event = frozenEvent(payload.event)
      for (const name of payload.channels) this.put(name, event)
      // #endregion deliver
    } catch (error) {
      console.error("Dropped an invalid message:", error)
    }
  }

  private put(channel: string, event: LayerEvent): void {
    const known = this.channels.find(channel)
    if (!known) return // its consumer has ended
    try {
      this.channels.send(channel, event)
    } catch (error) {
      if (!(error instanceof ChannelFull)) throw error
      known.whenFull()
    }
  }

  private async takeFrom(channel: string): Promise<LayerEvent> {
    assertChannelName(channel)
    const opened = this.fixed.get(channel) ?? this.openFixed(channel)
    this.fixed.set(channel, opened)
    const message = await (await opened).take()
    return frozenEvent(readPayload(message, this.options.serializer).event)
  }

  private async openFixed(channel: string): Promise<FixedChannel> {
    const key = this.prefix + channel
    const open = this.hosts.map((host) => host.openQueue(key))
    return new FixedChannel(await Promise.all(open))
  }

  private async leave(group: string, channel: string): Promise<void> {
    const key = this.groupKey(group)
    await this.memberships.leave(this.hostOf(group), key, channel)
  }

  private async reaching<Reply>(reply: Promise<Reply>): Promise<Reply> {
    try {
      return await inTime(reply)
    } catch (error) {
      throw new LayerUnavailable(error)
    }
  }

  /** For a fixed channel: one host after the other. */
  private nextHost(): CoreHost {
    return this.hosts[this.sent++ % this.hosts.length] as CoreHost
  }

  private groupKey(group: string): string {
    return `${this.prefix}:group:${group}`
  }

  private hostOf(key: string): CoreHost {
    return this.hosts[hostIndexOf(key, this.hosts.length)] as CoreHost
  }
}
