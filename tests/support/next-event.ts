import type {
  ChannelLayer,
  LayerEvent,
} from "../../steps/04-groups/channel-layer.ts"
import { soon } from "./soon.ts"

/** The next event of a channel.
 * @param whose for the failure: "Ann's channel"
 * @throws Unmet if none comes in time */
export function nextEvent(
  layer: ChannelLayer,
  channel: string,
  whose = "the channel",
): Promise<LayerEvent> {
  return soon(`an event for ${whose}`, layer.receive(channel))
}
