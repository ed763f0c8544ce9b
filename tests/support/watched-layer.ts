import type {
  ChannelLayer,
  LayerEvent,
  NewChannelOptions,
} from "../../steps/04-groups/channel-layer.ts"
import { around, inALine } from "../../workbook/checks/values.ts"
import { teller } from "./story.ts"

/** A layer that notes its calls, with a short name for each channel:
 * `groupAdd("room", Ann's channel)`. */
export class WatchedLayer implements ChannelLayer {
  private readonly did = teller()
  private readonly owners: string[]
  private readonly names = new Map<string, string>()

  /** @param owners of the channels that are opened first, in their order */
  constructor(
    private readonly layer: ChannelLayer,
    ...owners: string[]
  ) {
    this.owners = owners
  }

  /** Opens a channel for a person with a name: "Ann". */
  async openFor(owner: string, options?: NewChannelOptions): Promise<string> {
    this.owners.push(owner)
    return this.newChannel(options)
  }

  /** "Ann's channel", or the name in quotes if it was not opened here. */
  nameOf(channel: string): string {
    return this.names.get(channel) ?? JSON.stringify(channel)
  }

  async newChannel(options?: NewChannelOptions): Promise<string> {
    const count = this.names.size + 1
    const owner = this.owners.shift()
    const channel = await this.layer.newChannel(options)
    this.names.set(channel, owner ? `${owner}'s channel` : `channel ${count}`)
    return channel
  }

  async closeChannel(channel: string): Promise<void> {
    this.did(`closeChannel(${this.nameOf(channel)})`)
    await this.layer.closeChannel(channel)
  }

  async send(channel: string, event: LayerEvent): Promise<void> {
    this.did(`send(${this.nameOf(channel)}, ${shown(event)})`)
    await this.layer.send(channel, event)
  }

  async receive(channel: string): Promise<LayerEvent> {
    const event = await this.layer.receive(channel)
    this.did(`${this.nameOf(channel)} receives ${shown(event)}`)
    return event
  }

  async receiveMany(channel: string, limit: number): Promise<LayerEvent[]> {
    const events = await this.layer.receiveMany(channel, limit)
    this.did(`${this.nameOf(channel)} receives ${shown(events)}`)
    return events
  }

  async groupAdd(group: string, channel: string): Promise<void> {
    this.did(`groupAdd(${JSON.stringify(group)}, ${this.nameOf(channel)})`)
    await this.layer.groupAdd(group, channel)
  }

  async groupDiscard(group: string, channel: string): Promise<void> {
    this.did(`groupDiscard(${JSON.stringify(group)}, ${this.nameOf(channel)})`)
    await this.layer.groupDiscard(group, channel)
  }

  async groupSend(group: string, event: LayerEvent): Promise<void> {
    this.did(`groupSend(${JSON.stringify(group)}, ${shown(event)})`)
    await this.layer.groupSend(group, event)
  }

  get reachesAll(): boolean {
    return this.layer.reachesAll
  }

  onBack(listener: () => void): () => void {
    return this.layer.onBack(listener)
  }

  async close(): Promise<void> {
    await this.layer.close()
  }
}

function shown(value: unknown): string {
  return around(inALine(value))
}
