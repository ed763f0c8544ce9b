/** Plain data. Its type selects the handler in the receiver. */
export interface LayerEvent {
  readonly type: string
  readonly [field: string]: unknown
}

export interface NewChannelOptions {
  readonly prefix?: string
  /** Called when a group's event was dropped because the channel is full. */
  readonly whenFull?: () => void
}

/** Connects consumers: each receives from its own channel, and a group is a set
 * of channels. An event arrives at most once, and nothing is stored. Mirrors
 * `BaseChannelLayer`.
 * @throws TypeError from each method that gets an invalid name */
export interface ChannelLayer {
  /** Whether an event that is sent now reaches the members of all processes. */
  readonly reachesAll: boolean

  /** Opens a channel and returns its name, which is unique. */
  newChannel(options?: NewChannelOptions): Promise<string>

  /** The channel leaves all its groups. Events still in it are lost. */
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

  /** Sends to every channel in the group, including the sender's own. */
  groupSend(group: string, event: LayerEvent): Promise<void>

  /** Calls the listener when the layer works again; events may have been lost.
   * @returns a function that removes the listener */
  onBack(listener: () => void): () => void

  close(): Promise<void>
}

export class ChannelFull extends Error {
  constructor(channel: string) {
    super(`Channel ${channel} is full`)
  }
}
