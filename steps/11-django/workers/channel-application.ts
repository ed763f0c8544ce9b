import type { LayerEvent } from "../../04-groups/channel-layer.ts"

/** What a worker's application is called for: a channel with a fixed name. */
export interface ChannelScope {
  readonly type: "channel"
  readonly channel: string
}

/** An application without a client. Called once for each channel, it handles
 * what is sent there. */
export type ChannelApplication = (
  scope: ChannelScope,
  receive: () => Promise<LayerEvent>,
) => Promise<void>
