import { randomBytes } from "node:crypto"
import { Queue } from "../01-echo/queue.ts"
import { trace } from "../01-echo/trace.ts"
import {
  ChannelFull,
  type ChannelLayer,
  type LayerEvent,
  type NewChannelOptions,
} from "./channel-layer.ts"
import { assertChannelName, assertGroupName } from "./channel-names.ts"

interface Channel {
  readonly events: Queue<LayerEvent>
  readonly whenFull: () => void
}

export interface InMemoryOptions {
  /** How many events may wait in one channel. */
  readonly capacity?: number
  /** Makes a name that no other channel has. */
  readonly nameChannel?: (prefix: string) => string
}

/** Channels and groups of one process. Mirrors `InMemoryChannelLayer`, but
 * nothing expires: membership ends with the channel. */
export class InMemoryChannelLayer implements ChannelLayer {
  private readonly channels = new Map<string, Channel>()
  private readonly groups = new Map<string, Set<string>>()
  private readonly capacity: number
  private readonly nameChannel: (prefix: string) => string

  constructor(options: InMemoryOptions = {}) {
    this.capacity = options.capacity ?? 100
    this.nameChannel = options.nameChannel ?? inMemoryName
  }

  // #region channels
  async newChannel(options: NewChannelOptions = {}): Promise<string> {
    const name = this.nameChannel(options.prefix ?? "specific.")
    assertChannelName(name)
    this.open(name, options.whenFull)
    return name
  }

  async closeChannel(channel: string): Promise<void> {
    assertChannelName(channel)
    this.channels.delete(channel)
    for (const group of this.groupsOf(channel)) this.discard(group, channel)
  }

  async send(channel: string, event: LayerEvent): Promise<void> {
    assertChannelName(channel)
    const copy = copyOf(event)
    // Whoever had this channel has closed it meanwhile.
    if (channel.includes("!") && !this.isOpen(channel)) return
    const { events } = this.channels.get(channel) ?? this.open(channel)
    if (events.length >= this.capacity) throw new ChannelFull(channel)
    events.put(copy)
  }

  async receive(channel: string): Promise<LayerEvent> {
    assertChannelName(channel)
    const { events } = this.channels.get(channel) ?? this.open(channel)
    // If the channel is closed meanwhile, nobody will ever answer this, and
    // the promise is forgotten with whoever waits for it.
    return structuredClone(await events.take())
  }
  // #endregion channels

  // #region groups
  async groupAdd(group: string, channel: string): Promise<void> {
    assertGroupName(group)
    assertChannelName(channel)
    // #region group-add
    const members = this.groups.get(group) ?? new Set()
    members.add(channel)
    this.groups.set(group, members)
    // #endregion group-add
  }

  async groupDiscard(group: string, channel: string): Promise<void> {
    assertGroupName(group)
    assertChannelName(channel)
    this.discard(group, channel)
  }

  async groupSend(group: string, event: LayerEvent): Promise<void> {
    assertGroupName(group)
    const copy = copyOf(event)
    trace("layer", `to ${group}`, copy)
    // #region group-send
    for (const name of this.members(group)) {
      const channel = this.channels.get(name)
      if (!channel) continue
      // One slow reader must not cost the others this event.
      if (channel.events.length >= this.capacity) channel.whenFull()
      else channel.events.put(copy)
    }
    // #endregion group-send
  }
  // #endregion groups

  /** The channels in a group, as they are now. */
  members(group: string): string[] {
    return [...(this.groups.get(group) ?? [])]
  }

  /** The groups that a channel is in. */
  groupsOf(channel: string): string[] {
    const names = [...this.groups.keys()]
    return names.filter((name) => this.groups.get(name)?.has(channel))
  }

  isOpen(channel: string): boolean {
    return this.channels.has(channel)
  }

  async close(): Promise<void> {
    this.channels.clear()
    this.groups.clear()
  }

  private open(
    name: string,
    whenFull = () => console.error(new ChannelFull(name).message),
  ): Channel {
    const channel = { events: new Queue<LayerEvent>(), whenFull }
    this.channels.set(name, channel)
    return channel
  }

  private discard(group: string, channel: string): void {
    const members = this.groups.get(group)
    members?.delete(channel)
    if (members?.size === 0) this.groups.delete(group)
  }
}

/** Two dots, as Channels makes it. */
function inMemoryName(prefix: string): string {
  return `${prefix}.inmemory!${randomBytes(9).toString("base64url")}`
}

/** What the sender changes afterwards reaches nobody.
 * @throws TypeError or DataCloneError if it is no plain data */
function copyOf(event: LayerEvent): LayerEvent {
  if (typeof event?.type !== "string") {
    throw new TypeError('An event is an object with a text as "type"')
  }
  return structuredClone(event)
}
