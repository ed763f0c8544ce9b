import { setImmediate as nextTurn } from "node:timers/promises"
import type { ChatEvent } from "../../04-groups/chat-event.ts"
import type { MessageEvent } from "../messages/message-event.ts"
import type { Room } from "./room.ts"

/** Many clients may have missed many messages: after so many of each, other
 * clients get their turn. */
const atOnce = 10

/** Shows one client the messages of its room: each once, in the order of their
 * ids. What it gets from the layer may be late, double, or missing. */
export class Reader {
  /** The last id that the client has shown. */
  position = 0

  /** @param show sends a message to the client */
  constructor(
    protected readonly room: Room,
    protected readonly show: (event: ChatEvent) => Promise<void>,
  ) {}

  /** Shows the messages, and goes on from there.
   * @param last the last id that the client has shown then */
  async begin(events: readonly MessageEvent[], last: number): Promise<void> {
    await this.showAll(events)
    this.position = last
  }

  /** Takes an event from the layer. Its message is shown if it is the next one.
   * Otherwise the event is a bell: the room is read.
   * @param id of its message */
  async take(event: ChatEvent, id: number): Promise<void> {
    // #region fill-hole
    if (id <= this.position) return
    if (event.previous === this.position) {
      await this.show(event)
      this.position = id
    } else {
      await this.catchUp()
    }
    // #endregion fill-hole
  }

  /** Reads the room if it has messages that the client has not shown. */
  async look(): Promise<void> {
    if (this.room.newest > this.position) await this.catchUp()
  }

  /** Shows all that comes after the last message that was shown. */
  protected async catchUp(): Promise<void> {
    // #region catch-up
    for (let isAll = false; !isAll; ) {
      const part = await this.room.after(this.position)
      await this.showAll(part.events)
      isAll = part.isAll
    }
    // #endregion catch-up
  }

  protected async showAll(events: readonly MessageEvent[]): Promise<void> {
    for (const [index, event] of events.entries()) {
      if (index > 0 && index % atOnce === 0) await nextTurn()
      await this.show(event)
      this.position = event.id
    }
  }
}
