import { randomUUID } from "node:crypto"
import type { Redis, RedisOptions } from "ioredis"
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
import { LayerUnavailable } from "../../05-redis/layer-unavailable.ts"
import { inTime, joinTimeoutMs } from "../../05-redis/redis-connection.ts"
import { CoreHost } from "./core-host.ts"
import { encrypted } from "./encrypted.ts"
import { FixedChannel } from "./fixed-channel.ts"
import { groupBy } from "./group-by.ts"
import { hostIndexOf, queueOf } from "./hosts.ts"
import { increasingClock } from "./increasing-clock.ts"
import { Memberships } from "./memberships.ts"
import { plainEvent } from "./plain-event.ts"
import type { RedisQueue } from "./redis-queue.ts"
import { msgpackSerializer, type Serializer } from "./serializers.ts"

/** Mirrors `CONFIG` of `channels_redis.core`. */
export interface RedisCoreOptions {
  /** Addresses, in the same order in all processes. */
  readonly hosts: readonly string[]
  readonly prefix?: string
  /** How many messages may wait in Redis for all channels of a process together:
   * 100 by default. What comes then is lost. */
  readonly capacity?: number
  /** How long they may wait: 60 by default. */
  readonly expirySeconds?: number
  /** How long a channel stays in a group that it does not join again: a day by
   * default. */
  readonly groupExpirySeconds?: number
  /** How often the channels of this process join their groups again: every minute
   * by default. */
  readonly rejoinMs?: number
  readonly serializer?: Serializer
  readonly symmetricEncryptionKeys?: readonly string[]
  /** What may wait in each channel of this process. */
  readonly buffer?: Capacity
  /** More options for ioredis. */
  readonly redis?: RedisOptions
  /** What replaces the client of ioredis that sends. */
  readonly Client?: typeof Redis
}

/** Groups and queues in Redis. Its wire format is that of `RedisChannelLayer` in
 * `channels_redis.core`: the two can share a room. It promises less than
 * `RedisPubSubChannelLayer`: a full queue loses messages without an error. */
export class RedisCoreChannelLayer implements ChannelLayer {
  private readonly process = randomUUID().replaceAll("-", "")
  private readonly channels: Channels
  private readonly memberships: Memberships
  /** Those that channels of this process share. */
  private readonly queues = new Map<string, RedisQueue>()
  private readonly fixed = new Map<string, FixedChannel>()
  private sent = 0

  private constructor(
    private readonly hosts: readonly CoreHost[],
    buffer: Capacity,
    rejoinMs: number,
  ) {
    this.channels = new Channels(buffer)
    this.memberships = new Memberships(hosts, rejoinMs)
  }

  /** @throws LayerUnavailable if one of the hosts does not answer */
  static async connect({
    hosts: urls,
    prefix = "asgi",
    capacity = 100,
    expirySeconds = 60,
    groupExpirySeconds = 86_400,
    rejoinMs = 60_000,
    serializer: inner = msgpackSerializer,
    symmetricEncryptionKeys: keys = [],
    buffer = {},
    redis,
    Client,
  }: RedisCoreOptions): Promise<RedisCoreChannelLayer> {
    const ttlSeconds = expirySeconds + 10
    const options = {
      ...{ prefix, capacity, expirySeconds, groupExpirySeconds },
      ...{ redis, Client },
      clock: increasingClock(),
      serializer:
        keys.length > 0 ? encrypted(inner, { keys, ttlSeconds }) : inner,
    }
    const hosts: CoreHost[] = []
    try {
      for (const url of urls) hosts.push(await CoreHost.connect(url, options))
    } catch (error) {
      for (const host of hosts) host.close()
      throw error
    }
    return new RedisCoreChannelLayer(hosts, buffer, rejoinMs)
  }

  get reachesAll(): boolean {
    return this.memberships.isLive
  }

  async newChannel(options: NewChannelOptions = {}): Promise<string> {
    const { prefix = "specific.", whenFull } = options
    const queue = `${prefix}${this.process}!`
    const channel = queue + randomUUID().replaceAll("-", "")
    this.channels.open(channel, whenFull)
    if (!this.queues.has(queue)) this.listenTo(queue)
    return channel
  }

  async closeChannel(channel: string): Promise<void> {
    const groups = this.channels.groupsOf(channel)
    this.channels.close(channel)
    await Promise.all(groups.map((group) => this.leave(group, channel)))
  }

  /** @throws ChannelFull if too much waits for the process that has the channel
   * @throws LayerUnavailable */
  async send(channel: string, event: LayerEvent): Promise<void> {
    assertChannelName(channel)
    // Channels takes the whole name for the host, and so misses the queue.
    const host = channel.includes("!")
      ? this.hostOf(queueOf(channel))
      : this.nextHost()
    const isSent = await reaching(host.send(channel, plainEvent(event)))
    if (!isSent) throw new ChannelFull(channel)
  }

  /** A channel with a fixed name is a queue: each of its events goes to one of
   * those that receive. */
  async receive(channel: string): Promise<LayerEvent> {
    const known = this.channels.find(channel)
    return known ? known.events.take() : this.fixedChannel(channel).take()
  }

  async receiveMany(channel: string, limit: number): Promise<LayerEvent[]> {
    const known = this.channels.find(channel)
    if (known) return known.events.takeMany(limit)
    return [await this.fixedChannel(channel).take()]
  }

  async groupAdd(group: string, channel: string): Promise<void> {
    assertGroupName(group)
    assertChannelName(channel)
    const host = this.hostOf(group)
    if (this.channels.find(channel)) {
      this.channels.join(group, channel)
      await this.memberships.join(host, group, channel)
    } else {
      await reaching(host.join(group, channel))
    }
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
    trace("redis", "to", group)
    const plain = plainEvent(event)
    const members = await reaching(this.hostOf(group).membersOf(group))
    const byHost = groupBy(members, (it) => this.hostOf(queueOf(it)))
    const sent = [...byHost].map(([host, some]) =>
      host.sendToMembers(some, plain),
    )
    await reaching(Promise.all(sent))
  }

  onBack(listener: () => void): () => void {
    return this.memberships.onBack(listener)
  }

  /** Leaves nothing in Redis, if it answers. */
  async close(): Promise<void> {
    for (const host of this.hosts) host.closeQueues()
    const removed = [...this.queues.keys()].map((queue) =>
      this.hostOf(queue).removeQueue(queue),
    )
    const done = Promise.all([this.memberships.leaveAll(), ...removed])
    await inTime(done, joinTimeoutMs).catch(() => {})
    this.memberships.close()
    for (const host of this.hosts) host.close()
    this.channels.clear()
  }

  /** Starts the one loop that receives for all channels of this process. */
  private listenTo(name: string): void {
    const queue = this.hostOf(name).openQueue(name)
    this.queues.set(name, queue)
    const loop = async () => {
      while (!queue.isClosed) {
        await queue.receive((channel, event) => this.deliver(channel, event))
      }
    }
    void loop()
  }

  /** Never throws, or the message would come again. */
  private deliver(channel: string, event: LayerEvent): void {
    const known = this.channels.find(channel)
    if (!known) return // its consumer has ended
    try {
      this.channels.send(channel, event)
    } catch (error) {
      if (error instanceof ChannelFull) tell(known.whenFull)
      else console.error(error)
    }
  }

  /** @throws TypeError for a channel of another process, or a closed one */
  private fixedChannel(name: string): FixedChannel {
    assertChannelName(name)
    if (name.includes("!")) throw new TypeError(`${name} is not open here`)
    const known = this.fixed.get(name)
    if (known) return known
    const queues = this.hosts.map((host) => host.openQueue(name))
    const opened = new FixedChannel(queues)
    this.fixed.set(name, opened)
    return opened
  }

  private leave(group: string, channel: string): Promise<void> {
    return this.memberships.leave(this.hostOf(group), group, channel)
  }

  /** For a fixed channel: one host after the other. */
  private nextHost(): CoreHost {
    return this.hosts[this.sent++ % this.hosts.length] as CoreHost
  }

  private hostOf(key: string): CoreHost {
    return this.hosts[hostIndexOf(key, this.hosts.length)] as CoreHost
  }
}

async function reaching<Reply>(reply: Promise<Reply>): Promise<Reply> {
  try {
    return await inTime(reply)
  } catch (error) {
    // The event, not Redis: this serializer cannot hold it.
    if (error instanceof TypeError) throw error
    throw new LayerUnavailable(error)
  }
}

function tell(whenFull: () => void): void {
  try {
    whenFull()
  } catch (error) {
    console.error(error)
  }
}
