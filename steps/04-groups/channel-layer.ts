/** Plain data. Its type says which handler of the receiver it is for. */
export interface LayerEvent {
  readonly type: string
  readonly [field: string]: unknown
}

export interface NewChannelOptions {
  readonly prefix?: string
  /** Called when a group's event was dropped because the channel is full. */
  readonly whenFull?: () => void
}

/** How consumers reach each other: each has a channel to receive from, and a
 * group is a set of channels. At most once; nothing is stored. Mirrors
 * `BaseChannelLayer`.
 * @throws TypeError from each method that gets an invalid name */
export interface ChannelLayer {
  /** Opens a channel and returns its name, which is unique. */
  newChannel(options?: NewChannelOptions): Promise<string>

  /** The channel leaves all its groups; the events in it are gone. */
  closeChannel(channel: string): Promise<void>

  /** @throws ChannelFull */
  send(channel: string, event: LayerEvent): Promise<void>

  /** Waits for the next event, in the order of sending. It is frozen: all
   * members of a group get the same object. */
  receive(channel: string): Promise<LayerEvent>

  /** Waits for the next events: at least one, at most `limit`. */
  receiveMany(channel: string, limit: number): Promise<LayerEvent[]>

  groupAdd(group: string, channel: string): Promise<void>

  /** Does nothing if the channel is not in the group. */
  groupDiscard(group: string, channel: string): Promise<void>

  /** To every channel in the group, the sender's own included. */
  groupSend(group: string, event: LayerEvent): Promise<void>

  /** Calls the listener when the layer is back: events may have been missed.
   * @returns a function that removes the listener */
  onBack(listener: () => void): () => void

  close(): Promise<void>
}

export class ChannelFull extends Error {
  constructor(channel: string) {
    super(`Channel ${channel} is full`)
  }
}
