import { parseClientMessage, SenderError } from "./client-message.ts"
import { WebsocketConsumer } from "./websocket-consumer.ts"

/**
 * Speaks in JSON frames, and answers a frame that makes no sense with an error
 * frame instead of losing the socket. Mirrors `JsonWebsocketConsumer`.
 */
export abstract class MessageConsumer extends WebsocketConsumer {
  /** What to do with the text of a client's message.
   * May throw a SenderError. */
  protected abstract receiveMessage(message: string): Promise<void>

  override async receive(data: string | Uint8Array): Promise<void> {
    try {
      await this.receiveMessage(parseClientMessage(data))
    } catch (error) {
      if (!(error instanceof SenderError)) throw error
      await this.sendJson({ error: error.message })
    }
  }

  protected async sendJson(content: object): Promise<void> {
    await this.send(JSON.stringify(content))
  }
}
