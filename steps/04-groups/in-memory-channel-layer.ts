import { randomBytes } from "node:crypto"
import type {
  ChannelLayer,
  LayerEvent,
  NewChannelOptions,
} from "./channel-layer.ts"
import { assertGroupName } from "./channel-names.ts"
import { type Capacity, Channels } from "./channels.ts"
import { copyOf } from "./frozen-event.ts"

/** A layer within one process. Mirrors `InMemoryChannelLayer`, but its events
 * and groups never expire. */
export class InMemoryChannelLayer implements ChannelLayer {
  readonly reachesAll: boolean = false
  private readonly channels: Channels

  constructor(options: Capacity = {}) {
    this.channels = new Channels(options)
  }

  async newChannel(options: NewChannelOptions = {}): Promise<string> {
    const { prefix = "specific.", whenFull } = options
    // Two dots, as in Channels.
    const name = `${prefix}.inmemory!${randomBytes(9).toString("base64url")}`
    this.channels.open(name, whenFull)
    return name
  }

  async closeChannel(channel: string): Promise<void> {
    this.channels.close(channel)
  }

  async send(channel: string, event: LayerEvent): Promise<void> {
    this.channels.send(channel, copyOf(event))
  }

  // These promises never settle if the channel is closed in the meantime.
  receive(channel: string): Promise<LayerEvent> {
    return this.waiting(channel).take()
  }

  receiveMany(channel: string, limit: number): Promise<LayerEvent[]> {
    return this.waiting(channel).takeMany(limit)
  }

  async groupAdd(group: string, channel: string): Promise<void> {
    this.channels.join(group, channel)
  }

  async groupDiscard(group: string, channel: string): Promise<void> {
    this.channels.leave(group, channel)
  }

  async groupSend(group: string, event: LayerEvent): Promise<void> {
    assertGroupName(group)
    this.channels.sendToGroup(group, copyOf(event))
  }

  /** Never calls the listener: this layer is always available. */
  onBack(): () => void {
    return () => {}
  }

  hasMembers(group: string): boolean {
    return this.channels.hasMembers(group)
  }

  async close(): Promise<void> {
    this.channels.clear()
  }

  private waiting(channel: string) {
    const open = this.channels.find(channel) ?? this.channels.open(channel)
    return open.events
  }
}
