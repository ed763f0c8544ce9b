import type { ChatEvent } from "../04-groups/chat-event.ts"
import { isId } from "../09-delivery/messages/message-id.ts"

/** A message of the layer that is stored. */
export type StoredEvent = ChatEvent & { readonly id: number }

/** How many may wait. */
const most = 1_000

/** Messages that came before the one that they follow: two processes publish to
 * the same room, and their messages may overtake each other. */
export class EarlyEvents {
  /** By the id of the message that they follow. */
  private readonly events = new Map<number, StoredEvent>()

  get length(): number {
    return this.events.size
  }

  /** @returns false if it cannot wait here: the room has to be read */
  keep(event: StoredEvent): boolean {
    const { previous } = event
    if (!isId(previous) || this.events.size >= most) return false
    this.events.set(previous, event)
    return true
  }

  /** Takes the message that follows this id, if it is here. */
  takeAfter(id: number): StoredEvent | undefined {
    const event = this.events.get(id)
    this.events.delete(id)
    return event
  }

  /** Forgets what follows earlier messages: it has been read. */
  forgetBefore(id: number): void {
    for (const previous of this.events.keys()) {
      if (previous < id) this.events.delete(previous)
    }
  }
}
