import { MessageConsumer } from "./message-consumer.ts"

/** Sends every message back to whoever sent it. */
export class ChatConsumer extends MessageConsumer {
  protected override async receiveMessage(message: string): Promise<void> {
    // #region echo
    await this.sendJson({ message })
    // #endregion echo
  }
}
