import { SenderError } from "../01-echo/client-message.ts"
import type { Connection } from "../01-echo/websocket-consumer.ts"
import { roomNameOf } from "../02-routing/room-name.ts"
import type { ChannelLayer, LayerEvent } from "../04-groups/channel-layer.ts"
import {
  type AuthoredEvent,
  ChatConsumer as UserChatConsumer,
} from "../06-accounts/chat-consumer.ts"
import type { Messages, Stored } from "./messages.ts"

/** Stores every message before anyone sees it, and shows whoever joins the
 * last ones. */
export class ChatConsumer extends UserChatConsumer {
  protected override readonly fields: readonly string[] = [
    "message",
    "author",
    "id",
    "timestamp",
  ]
  // #region saved-not-delivered
  protected override readonly undelivered: string =
    "Saved, but not delivered yet: the server has lost its connection to " +
    "the other servers. Do not send it again, it is in the room's history."
  // #endregion saved-not-delivered
  private newestShown = 0

  constructor(
    connection: Connection,
    layer: ChannelLayer,
    private readonly messages: Messages,
  ) {
    super(connection, layer)
  }

  // #region joining
  /** Joins first and reads then: what is sent meanwhile waits in the inbox, and
   * may be in the history, too. */
  protected override async enter(): Promise<void> {
    await super.enter()
    // #region history
    const last = await this.messages.lastMessages(roomNameOf(this.scope))
    for (const { content, ...stored } of last) {
      const type = "chat.message"
      await super.chatMessage({ type, message: content, ...stored })
    }
    this.newestShown = last.at(-1)?.id ?? 0
    // #endregion history
  }

  protected override async chatMessage(event: LayerEvent): Promise<void> {
    // #region no-duplicate
    const id =
      typeof event.id === "number" ? event.id : Number.POSITIVE_INFINITY
    if (id > this.newestShown) await super.chatMessage(event)
    // #endregion no-duplicate
  }
  // #endregion joining

  // #region storing
  protected override async buildEvent(
    message: string,
  ): Promise<AuthoredEvent & Stored> {
    const event = await super.buildEvent(message)
    return { ...event, ...(await this.store(message)) }
  }

  private async store(message: string): Promise<Stored> {
    // #region store
    const room = roomNameOf(this.scope)
    try {
      return await this.messages.create(this.user().id, room, message)
    } catch (error) {
      console.error(error)
      throw new SenderError("Neither saved nor sent: try it again later.")
    }
    // #endregion store
  }
  // #endregion storing
}
