import { ChatConsumer as EchoConsumer } from "../01-echo/chat-consumer.ts"
import { roomNameOf } from "./room-name.ts"

/** The same echo, but only at the address of a room. */
export class ChatConsumer extends EchoConsumer {
  override async connect(): Promise<void> {
    roomNameOf(this.scope)
    await this.accept()
  }
}
