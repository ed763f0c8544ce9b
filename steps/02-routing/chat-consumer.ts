import { MessageConsumer } from "../01-echo/consumer/message-consumer.ts"
import { roomNameOf } from "./room-name.ts"

/** The same echo, but only at the address of a room. */
export class ChatConsumer extends MessageConsumer {
  // #region own-room
  /** Read at once: without a room, no consumer is made. */
  readonly room = roomNameOf(this.scope)
  // #endregion own-room

  protected override async receiveMessage(message: string): Promise<void> {
    await this.sendJson({ message })
  }
}
