import type { LayerEvent } from "./channel-layer.ts"

/** A message on its way to the members of a room. */
export interface ChatEvent extends LayerEvent {
  readonly type: "chat.message"
  readonly message: string
}

/** Checks for a message: another program may have sent an event without one. */
export function isChatEvent(event: LayerEvent): event is ChatEvent {
  if (typeof event.message === "string") return true
  console.error("A chat.message without a message:", event)
  return false
}

/** Makes a function that turns events into frames, with these fields only. */
export function frames(...fields: string[]): (event: LayerEvent) => string {
  // All members of a room get the same event, so its frame is made only once.
  const made = new WeakMap<LayerEvent, string>()
  return (event) => {
    const known = made.get(event)
    if (known !== undefined) return known
    const shown: Record<string, unknown> = {}
    for (const field of fields) shown[field] = event[field]
    const frame = JSON.stringify(shown)
    made.set(event, frame)
    return frame
  }
}
