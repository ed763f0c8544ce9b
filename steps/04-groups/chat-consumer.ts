import { roomNameOf } from "../02-routing/room-name.ts"
import type { LayerEvent } from "./channel-layer.ts"
import { type ChatEvent, frames, isChatEvent } from "./chat-event.ts"
import { GroupConsumer } from "./group-consumer.ts"
import { groupNameFor } from "./group-name.ts"

const frameOf = frames("message")

/** Sends every message to everyone in the room, the sender included. */
// #region room-consumer
export class ChatConsumer extends GroupConsumer {
  protected override readonly handlers = new Map([
    ["chat.message", (event: LayerEvent) => this.chatMessage(event)],
  ])
  private readonly group = groupNameFor(roomNameOf(this.scope))

  override async connect(): Promise<void> {
    // #region join
    await this.groupAdd(this.group)
    await this.accept() // last: a client that may send has already joined
    // #endregion join
  }

  protected override async receiveMessage(message: string): Promise<void> {
    const event: ChatEvent = { type: "chat.message", message }
    await this.layer.groupSend(this.group, event)
  }

  private async chatMessage(event: LayerEvent): Promise<void> {
    if (isChatEvent(event)) await this.send(frameOf(event))
  }
}
// #endregion room-consumer
