import type { ChatEvent } from "../04-groups/chat-event.ts"

/** How many may wait. */
const most = 1_000

/** Messages that came before the one that they follow: two processes publish to
 * the same room, and their messages may overtake each other. */
export class EarlyEvents {
  /** By the id of the message that they follow. */
  private readonly events = new Map<number, ChatEvent>()

  get length(): number {
    return this.events.size
  }

  /** @returns false if it cannot wait here: the room has to be read */
  keep(event: ChatEvent): boolean {
    const { previous } = event
    if (typeof previous !== "number" || this.events.size >= most) return false
    this.events.set(previous, event)
    return true
  }

  /** Takes the message that follows this id, if it is here. */
  takeAfter(id: number): ChatEvent | undefined {
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
