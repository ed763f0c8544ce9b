import { roomNameOf } from "../02-routing/room-name.ts"
import type { LayerEvent } from "../04-groups/channel-layer.ts"
import { type ChatEvent, frames, isChatEvent } from "../04-groups/chat-event.ts"
import { GroupConsumer } from "../04-groups/group-consumer.ts"
import { groupNameFor } from "../04-groups/group-name.ts"
import { publish } from "../05-redis/publish.ts"
import { knownUserOf } from "./users-only.ts"

export interface AuthoredEvent extends ChatEvent {
  readonly author: string
}

const frameOf = frames("message", "author")

/** Sends every message to everyone in the room, with its author's name. */
export class ChatConsumer extends GroupConsumer {
  protected override readonly handlers = new Map([
    ["chat.message", (event: LayerEvent) => this.chatMessage(event)],
  ])
  private readonly group = groupNameFor(roomNameOf(this.scope))
  private readonly user = knownUserOf(this.scope)

  override async connect(): Promise<void> {
    await this.groupAdd(this.group)
    await this.accept() // last: a client that may send has already joined
  }

  // #region author
  protected override async receiveMessage(message: string): Promise<void> {
    const { username: author } = this.user
    const event: AuthoredEvent = { type: "chat.message", message, author }
    await publish(this.layer, this.group, event)
  }
  // #endregion author

  private async chatMessage(event: LayerEvent): Promise<void> {
    if (isChatEvent(event)) await this.send(frameOf(event))
  }
}
