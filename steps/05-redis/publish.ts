import { SenderError } from "../01-echo/consumer/sender-error.ts"
import type { ChannelLayer } from "../04-groups/channel-layer.ts"
import type { ChatEvent } from "../04-groups/chat-event.ts"
import { LayerUnavailable } from "./layer-unavailable.ts"

const notDelivered =
  "Not delivered: the server has lost its connection to the other " +
  "servers. Send it again in a moment."

/** Sends an event to everyone in a room.
 * @throws SenderError with the sentence if the room cannot be reached */
export async function publish(
  layer: ChannelLayer,
  group: string,
  event: ChatEvent,
  sentence = notDelivered,
): Promise<void> {
  // #region tell-sender
  try {
    await layer.groupSend(group, event)
  } catch (error) {
    if (!(error instanceof LayerUnavailable)) throw error
    throw new SenderError(sentence)
  }
  // #endregion tell-sender
}
