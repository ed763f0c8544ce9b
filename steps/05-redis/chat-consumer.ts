import { SenderError } from "../01-echo/client-message.ts"
import {
  type ChatEvent,
  ChatConsumer as GroupChatConsumer,
} from "../04-groups/chat-consumer.ts"
import { LayerUnavailable } from "./layer-unavailable.ts"

/** Tells the sender at once when a message cannot reach the room. */
export class ChatConsumer extends GroupChatConsumer {
  protected readonly undelivered: string =
    "Not delivered: the server has lost its connection to the other " +
    "servers. Send it again in a moment."

  protected override async publish(event: ChatEvent): Promise<void> {
    // #region tell-sender
    try {
      await super.publish(event)
    } catch (error) {
      if (!(error instanceof LayerUnavailable)) throw error
      throw new SenderError(this.undelivered)
    }
    // #endregion tell-sender
  }
}
