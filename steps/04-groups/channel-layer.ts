/** What travels through a layer: plain data, and a type that tells the
 * receiver which handler it is for. */
export interface LayerEvent {
  readonly type: string
  readonly [field: string]: unknown
}

export interface NewChannelOptions {
  readonly prefix?: string
  /** Called when a group's event found the channel full, and was dropped. */
  readonly whenFull?: () => void
}

/**
 * How consumers reach each other: every one has a channel to receive from, and
 * a group is a set of channels. At most once, nothing is stored.
 * Mirrors `BaseChannelLayer`.
 *
 * Every method that takes a name throws a TypeError if no channel, or group,
 * can have it.
 */
export interface ChannelLayer {
  /** Opens a channel and returns its name, that nobody else has. */
  newChannel(options?: NewChannelOptions): Promise<string>

  /** The channel leaves all its groups, and what waited in it is gone. */
  closeChannel(channel: string): Promise<void>

  /** @throws ChannelFull if too many events wait there already */
  send(channel: string, event: LayerEvent): Promise<void>

  /** The next event, in the order they were sent; waits until there is one. */
  receive(channel: string): Promise<LayerEvent>

  groupAdd(group: string, channel: string): Promise<void>

  /** Does nothing if the channel is not in the group. */
  groupDiscard(group: string, channel: string): Promise<void>

  /** To every channel in the group, the sender's own included. */
  groupSend(group: string, event: LayerEvent): Promise<void>

  close(): Promise<void>
}

export class ChannelFull extends Error {
  constructor(channel: string) {
    super(`Channel ${channel} is full`)
  }
}
