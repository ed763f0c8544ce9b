import { Queue } from "../01-echo/queue.ts"
import { trace } from "../01-echo/trace.ts"
import { ChannelFull, type LayerEvent } from "./channel-layer.ts"
import { assertChannelName, assertGroupName } from "./channel-names.ts"
import { bytesOf } from "./frozen-event.ts"

export interface Capacity {
  /** How many events may wait in each channel: 100 by default. */
  readonly capacity?: number
  /** About how many bytes these events may take. */
  readonly maxBytes?: number
}

// #region one-channel
/** It lists its groups: leaving takes as long with ten rooms as with 10,000. */
export interface Channel {
  readonly events: Queue<LayerEvent>
  readonly groups: Set<string>
  readonly whenFull: () => void
}
// #endregion one-channel

/** The channels and groups of this process.
 * @throws TypeError from each method that gets an invalid name */
export class Channels {
  private readonly channels = new Map<string, Channel>()
  private readonly groups = new Map<string, Set<Channel>>()

  constructor(private readonly limits: Capacity) {}

  // #region channels
  open(
    name: string,
    whenFull = () => console.error(new ChannelFull(name).message),
  ): Channel {
    assertChannelName(name)
    const events = new Queue(bytesOf)
    const channel = { events, groups: new Set<string>(), whenFull }
    this.channels.set(name, channel)
    return channel
  }

  find(name: string): Channel | undefined {
    return this.channels.get(name)
  }

  close(name: string): void {
    assertChannelName(name)
    for (const group of this.groupsOf(name)) this.leave(group, name)
    this.channels.delete(name)
  }

  /** @throws ChannelFull */
  send(name: string, event: LayerEvent): void {
    assertChannelName(name)
    // The consumer that had this channel has closed it.
    if (name.includes("!") && !this.channels.has(name)) return
    const channel = this.find(name) ?? this.open(name)
    if (this.isFull(channel, event)) throw new ChannelFull(name)
    channel.events.put(event)
  }
  // #endregion channels

  // #region groups
  join(group: string, name: string): void {
    assertGroupName(group)
    const channel = this.find(name) ?? this.open(name)
    // #region group-add
    const members = this.groups.get(group) ?? new Set()
    members.add(channel)
    this.groups.set(group, members)
    channel.groups.add(group)
    // #endregion group-add
  }

  leave(group: string, name: string): void {
    assertGroupName(group)
    assertChannelName(name)
    const channel = this.find(name)
    const members = this.groups.get(group)
    if (!channel || !members) return
    channel.groups.delete(group)
    members.delete(channel)
    if (members.size === 0) this.groups.delete(group)
  }

  /** @param event frozen, because every member gets this object */
  sendToGroup(group: string, event: LayerEvent): void {
    trace("layer", `to ${group}`, event)
    // #region group-send
    for (const channel of this.groups.get(group) ?? []) {
      // The other members get this event even if one of them is slow.
      if (this.isFull(channel, event)) channel.whenFull()
      else channel.events.put(event)
    }
    // #endregion group-send
  }
  // #endregion groups

  hasMembers(group: string): boolean {
    return this.groups.has(group)
  }

  groupsOf(name: string): string[] {
    return [...(this.find(name)?.groups ?? [])]
  }

  clear(): void {
    this.channels.clear()
    this.groups.clear()
  }

  /** An empty channel takes an event of any size. */
  private isFull({ events }: Channel, event: LayerEvent): boolean {
    const { capacity = 100, maxBytes = Number.POSITIVE_INFINITY } = this.limits
    if (events.length === 0) return capacity === 0
    const bytes = events.bytes + bytesOf(event)
    return events.length >= capacity || bytes > maxBytes
  }
}
