import { MessageConsumer } from "./consumer/message-consumer.ts"

/** Sends every message back to its sender. */
export class ChatConsumer extends MessageConsumer {
  protected override async receiveMessage(message: string): Promise<void> {
    // #region echo
    await this.sendJson({ message })
    // #endregion echo
  }
}
