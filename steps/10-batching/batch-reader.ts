import { setImmediate as nextTurn } from "node:timers/promises"
import type { LayerEvent } from "../04-groups/channel-layer.ts"
import type { ChatEvent } from "../04-groups/chat-event.ts"
import type { MessageEvent } from "../09-delivery/messages/message-event.ts"
import { isId } from "../09-delivery/messages/message-id.ts"
import { Reader } from "../09-delivery/rooms/reader.ts"
import type { Room } from "../09-delivery/rooms/room.ts"

/** After so many messages of a client, others get their turn. */
const atOnce = 64

/** A reader that shows what it has read together, instead of one message after
 * the other. */
export class BatchReader extends Reader {
  /** @param showTogether sends messages to the client, in their order */
  constructor(
    room: Room,
    private readonly showTogether: (
      events: readonly ChatEvent[],
    ) => Promise<void>,
  ) {
    super(room, (event) => showTogether([event]))
  }

  /** Takes events from the layer, in their order. Messages that come next are
   * shown together.
   * @param takeOne handles any other event: a hole, or no stored message */
  async takeAll(
    events: readonly LayerEvent[],
    takeOne: (event: LayerEvent) => Promise<void>,
  ): Promise<void> {
    // #region take-all
    let next: ChatEvent[] = []
    for (const event of events) {
      const { id } = event
      const isStored = isMessage(event) && isId(id)
      if (isStored && id <= this.position) continue
      if (isStored && event.previous === this.position) {
        next.push(event)
        this.position = id
      } else {
        await this.showTogether(next)
        next = []
        await takeOne(event)
      }
    }
    await this.showTogether(next)
    // #endregion take-all
  }

  protected override async showAll(
    events: readonly MessageEvent[],
  ): Promise<void> {
    for (let index = 0; index < events.length; index += atOnce) {
      if (index > 0) await nextTurn()
      const some = events.slice(index, index + atOnce)
      await this.showTogether(some)
      this.position = some.at(-1)?.id ?? this.position
    }
  }
}

function isMessage(event: LayerEvent): event is ChatEvent {
  return event.type === "chat.message" && typeof event.message === "string"
}
