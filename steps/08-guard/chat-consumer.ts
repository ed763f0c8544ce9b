import { SenderError } from "../01-echo/consumer/sender-error.ts"
import { StopConsumer } from "../01-echo/consumer/stop-consumer.ts"
import type { Connection } from "../01-echo/consumer/websocket-consumer.ts"
import { roomNameOf } from "../02-routing/room-name.ts"
import type { ChannelLayer, LayerEvent } from "../04-groups/channel-layer.ts"
import { frames, isChatEvent } from "../04-groups/chat-event.ts"
import { GroupConsumer } from "../04-groups/group-consumer.ts"
import { groupNameFor } from "../04-groups/group-name.ts"
import { publish } from "../05-redis/publish.ts"
import type { AuthoredEvent } from "../06-accounts/chat-consumer.ts"
import { knownUserOf } from "../06-accounts/users-only.ts"
import type { MessageStore, Stored } from "../07-history/messages.ts"
import type { MessageLimit } from "./limits/message-limit.ts"

const savedOnly =
  "Saved, but not delivered yet: the server has lost its connection to " +
  "the other servers. Do not send it again, it is in the room's history."

const frameOf = frames("message", "author", "id", "timestamp")

/** Stores each message before sending it, as far as its sender may send. */
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
    private readonly limit: MessageLimit,
  ) {
    super(connection, layer)
  }

  /** Joins first, then reads: a message that is sent meanwhile waits for its
   * turn, and may be in the history too. */
  override async connect(): Promise<void> {
    await this.groupAdd(this.group)
    const last = await this.messages.lastMessages(this.room)
    await this.accept()
    for (const { content, ...stored } of last) {
      const type = "chat.message"
      await this.send(frameOf({ type, message: content, ...stored }))
    }
    this.newestRead = last.at(-1)?.id ?? 0
  }

  // #region limiting
  /** Counts each frame, also an invalid one, before anything is done with it. */
  override async receive(data: string | Uint8Array): Promise<void> {
    const retryAfter = this.limit.count(this.user.id)
    if (retryAfter === 0) return super.receive(data)
    if (retryAfter === Number.POSITIVE_INFINITY) {
      await this.close(1008, "Too many messages")
      throw new StopConsumer(1008)
    }
    const error = `Not sent: you are sending too fast. Wait ${retryAfter} s.`
    await this.sendJson({ error, retryAfter })
  }
  // #endregion limiting

  private async chatMessage(event: LayerEvent): Promise<void> {
    const { id } = event
    const isInHistory = typeof id === "number" && id <= this.newestRead
    if (isChatEvent(event) && !isInHistory) await this.send(frameOf(event))
  }

  protected override async receiveMessage(message: string): Promise<void> {
    const stored = await this.store(message)
    const { username: author } = this.user
    const type = "chat.message"
    const event: AuthoredEvent = { type, message, author, ...stored }
    await publish(this.layer, this.group, event, savedOnly)
  }

  private async store(message: string): Promise<Stored> {
    try {
      return await this.messages.create(this.user.id, this.room, message)
    } catch (error) {
      console.error("Not stored:", error)
      throw new SenderError("Neither saved nor sent: try it again later.")
    }
  }
}
