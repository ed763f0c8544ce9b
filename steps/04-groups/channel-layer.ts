/** What travels through a layer: plain data, and a type that says which
 * handler of the receiver it is for. */
export interface LayerEvent {
  readonly type: string
  readonly [field: string]: unknown
}

export interface NewChannelOptions {
  readonly prefix?: string
  /** Called when a group's event found the channel full and was dropped. */
  readonly whenFull?: () => void
}

/**
 * How consumers reach each other: each has a channel to receive from, and a
 * group is a set of channels. At most once; nothing is stored.
 * Mirrors `BaseChannelLayer`.
 *
 * A method that takes a name throws a TypeError if no channel, or group, can
 * have it.
 */
export interface ChannelLayer {
  /** Opens a channel and returns its name, which is unique. */
  newChannel(options?: NewChannelOptions): Promise<string>

  /** The channel leaves all its groups; the events in it are gone. */
  closeChannel(channel: string): Promise<void>

  /** @throws ChannelFull if too much waits in the channel already */
  send(channel: string, event: LayerEvent): Promise<void>

  /** The next event, in the order of sending; waits until there is one. It is
   * frozen: all members of a group get the same object. */
  receive(channel: string): Promise<LayerEvent>

  /** All events that wait: at least one, at most `limit`. */
  receiveMany(channel: string, limit: number): Promise<LayerEvent[]>

  groupAdd(group: string, channel: string): Promise<void>

  /** Does nothing if the channel is not in the group. */
  groupDiscard(group: string, channel: string): Promise<void>

  /** To every channel in the group, the sender's own included. */
  groupSend(group: string, event: LayerEvent): Promise<void>

  /** Calls the listener each time the layer is back after it was away: events
   * may have been missed meanwhile.
   * @returns what ends that */
  onBack(listener: () => void): () => void

  close(): Promise<void>
}

export class ChannelFull extends Error {
  constructor(channel: string) {
    super(`Channel ${channel} is full`)
  }
}
