import type { LayerEvent } from "./channel-layer.ts"

/** What the members of a room send each other. */
export interface ChatEvent extends LayerEvent {
  readonly type: "chat.message"
  readonly message: string
}

/** Whether it is one: another program may have sent it, without a message. */
export function isChatEvent(event: LayerEvent): event is ChatEvent {
  if (typeof event.message === "string") return true
  console.error("A chat.message without a message:", event)
  return false
}

/**
 * Makes the function that turns events into frames, as JSON.
 * @param fields those that clients may see
 */
export function frames(...fields: string[]): (event: LayerEvent) => string {
  // All members of a room get the same event: its frame is made only once.
  const made = new WeakMap<LayerEvent, string>()
  return (event) => {
    const known = made.get(event)
    if (known !== undefined) return known
    const frame = JSON.stringify(event, fields)
    made.set(event, frame)
    return frame
  }
}
