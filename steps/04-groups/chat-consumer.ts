import { roomNameOf } from "../02-routing/room-name.ts"
import type { LayerEvent } from "./channel-layer.ts"
import { GroupConsumer } from "./group-consumer.ts"
import { groupNameFor } from "./group-name.ts"

/** What a room's members send each other. */
export interface ChatEvent extends LayerEvent {
  readonly type: "chat.message"
  readonly message: string
}

/** Everyone in the room hears every message, the sender included. */
export class ChatConsumer extends GroupConsumer {
  protected override readonly handlers = new Map([
    ["chat.message", (event: LayerEvent) => this.chatMessage(event)],
  ])

  /** The fields of an event that clients get to see. */
  protected readonly fields: readonly string[] = ["message"]

  override async connect(): Promise<void> {
    // #region join
    await this.groupAdd(this.group())
    await this.accept() // last: whoever may speak has already joined
    // #endregion join
  }

  protected override async receiveMessage(message: string): Promise<void> {
    await this.publish(await this.buildEvent(message))
  }

  protected async buildEvent(message: string): Promise<ChatEvent> {
    return { type: "chat.message", message }
  }

  protected async publish(event: ChatEvent): Promise<void> {
    await this.layer.groupSend(this.group(), event)
  }

  /** An event from another program may lack fields, but for the message. */
  protected async chatMessage(event: LayerEvent): Promise<void> {
    if (typeof event.message !== "string") {
      return console.error("A chat.message without a message:", event)
    }
    const known = this.fields.filter((field) => isPlain(event[field]))
    await this.sendJson(
      Object.fromEntries(known.map((field) => [field, event[field]])),
    )
  }

  private group(): string {
    return groupNameFor(roomNameOf(this.scope))
  }
}

function isPlain(value: unknown): boolean {
  return typeof value === "string" || typeof value === "number"
}
