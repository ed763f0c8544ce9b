import type { AuthoredEvent } from "../../06-accounts/chat-consumer.ts"
import type { Message } from "../../07-history/messages.ts"

/** A stored message, and its place in its room. */
export interface PlacedMessage extends Message {
  /** The id before this one in its room; 0 for the first. */
  readonly previous: number
  /** What its author's client has called it. */
  readonly key: string | null
}

/** A stored message on its way to the members of its room. */
export interface MessageEvent extends AuthoredEvent {
  readonly id: number
  readonly timestamp: string
  readonly previous: number
  readonly key?: string
}

export function eventOf({
  content: message,
  key,
  ...placed
}: PlacedMessage): MessageEvent {
  const type = "chat.message"
  return { type, message, ...placed, ...(key !== null && { key }) }
}
