import { SenderError } from "../01-echo/consumer/sender-error.ts"
import type { Connection } from "../01-echo/consumer/websocket-consumer.ts"
import { roomNameOf } from "../02-routing/room-name.ts"
import type { ChannelLayer, LayerEvent } from "../04-groups/channel-layer.ts"
import { frames, isChatEvent } from "../04-groups/chat-event.ts"
import { GroupConsumer } from "../04-groups/group-consumer.ts"
import { groupNameFor } from "../04-groups/group-name.ts"
import { publish } from "../05-redis/publish.ts"
import type { AuthoredEvent } from "../06-accounts/chat-consumer.ts"
import { knownUserOf } from "../06-accounts/users-only.ts"
import type { MessageStore, Stored } from "./messages.ts"

const savedOnly =
  "Saved, but not delivered yet: the server has lost its connection to " +
  "the other servers. Do not send it again: it is in the room's history."

const frameOf = frames("message", "author", "id", "timestamp")

/** Stores each message before sending it. New members get the last ten. */
export class ChatConsumer extends GroupConsumer {
  protected override readonly handlers = new Map([
    ["chat.message", (event: LayerEvent) => this.chatMessage(event)],
  ])
  private readonly room = roomNameOf(this.scope)
  private readonly group = groupNameFor(this.room)
  private readonly user = knownUserOf(this.scope)
  protected newestRead = 0

  constructor(
    connection: Connection,
    layer: ChannelLayer,
    private readonly messages: MessageStore,
  ) {
    super(connection, layer)
  }

  // #region joining
  /** Joins first, then reads: a message that is sent in between waits for its
   * turn, and may also be in the history. */
  override async connect(): Promise<void> {
    // #region history
    await this.groupAdd(this.group)
    const last = await this.messages.lastMessages(this.room)
    await this.accept()
    for (const { content, ...stored } of last) {
      const type = "chat.message"
      await this.send(frameOf({ type, message: content, ...stored }))
    }
    this.newestRead = last.at(-1)?.id ?? 0
    // #endregion history
  }
  // #endregion joining

  // #region storing
  protected override async receiveMessage(message: string): Promise<void> {
    const stored = await this.store(message)
    const { username: author } = this.user
    const type = "chat.message"
    const event: AuthoredEvent = { type, message, author, ...stored }
    await publish(this.layer, this.group, event, savedOnly)
  }

  private async store(message: string): Promise<Stored> {
    // #region store
    try {
      return await this.messages.create(this.user.id, this.room, message)
    } catch (error) {
      console.error("Not stored:", error)
      throw new SenderError("Neither saved nor sent: try it again later.")
    }
    // #endregion store
  }
  // #endregion storing

  private async chatMessage(event: LayerEvent): Promise<void> {
    // #region no-duplicate
    const { id } = event
    const isInHistory = typeof id === "number" && id <= this.newestRead
    if (isChatEvent(event) && !isInHistory) await this.send(frameOf(event))
    // #endregion no-duplicate
  }
}
