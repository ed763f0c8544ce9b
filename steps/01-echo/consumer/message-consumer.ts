import { type ClientMessage, parseClientMessage } from "./client-message.ts"
import { SenderError } from "./sender-error.ts"
import { WebsocketConsumer } from "./websocket-consumer.ts"

/** Sends and receives JSON. An invalid frame is answered with an error frame
 * and never closes the socket. Mirrors `JsonWebsocketConsumer`. */
export abstract class MessageConsumer extends WebsocketConsumer {
  /** Handles a client's message. May throw a SenderError.
   * @param frame everything that the client sent, including the message */
  protected abstract receiveMessage(
    message: string,
    frame: ClientMessage,
  ): Promise<void>

  // #region error-frame
  override async receive(data: string | Uint8Array): Promise<void> {
    try {
      const frame = parseClientMessage(data)
      await this.receiveMessage(frame.message, frame)
    } catch (error) {
      if (!(error instanceof SenderError)) throw error
      await this.sendJson({ error: error.message, ...error.fields })
    }
  }
  // #endregion error-frame

  protected async sendJson(content: object): Promise<void> {
    await this.send(JSON.stringify(content))
  }
}
