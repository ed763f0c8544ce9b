import type { ChatEvent } from "../04-groups/chat-event.ts"
import { Reader } from "../09-delivery/rooms/reader.ts"
import type { Room } from "../09-delivery/rooms/room.ts"

/** A reader that shows what it has read together, instead of one message after
 * the other. */
export class BatchReader extends Reader {
  /** @param showAll sends messages to the client, in their order */
  constructor(
    room: Room,
    private readonly showAll: (events: readonly ChatEvent[]) => Promise<void>,
  ) {
    super(room, (event) => showAll([event]))
  }

  protected override async catchUp(): Promise<void> {
    for (let isAll = false; !isAll; ) {
      const { events, ...part } = await this.room.after(this.position)
      await this.showAll(events)
      this.position = events.at(-1)?.id ?? this.position
      isAll = part.isAll
    }
  }
}
