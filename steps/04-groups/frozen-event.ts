import type { LayerEvent } from "./channel-layer.ts"

const sizes = new WeakMap<LayerEvent, number>()

/** About how many bytes a frozen event takes. */
export function bytesOf(event: LayerEvent): number {
  return sizes.get(event) ?? 0
}

/** A frozen copy, which the sender cannot change.
 * @throws TypeError or DataCloneError if it is not an event of plain data */
export function copyOf(event: LayerEvent): LayerEvent {
  return frozenEvent(structuredClone(event))
}

/** Freezes an event, so that all receivers can share it.
 * @param event data that nothing else refers to
 * @throws TypeError if it is not an event */
export function frozenEvent(event: unknown): LayerEvent {
  if (!isEvent(event)) {
    throw new TypeError('An event is an object with a string as "type"')
  }
  sizes.set(event, freeze(event))
  return event
}

function isEvent(value: unknown): value is LayerEvent {
  return typeof (value as Partial<LayerEvent> | null)?.type === "string"
}

/** @returns about how many bytes the value takes */
function freeze(value: unknown): number {
  if (typeof value === "string") return value.length * 2
  // Bytes cannot be frozen. An object that is frozen has been counted already.
  if (ArrayBuffer.isView(value)) return value.byteLength
  if (typeof value !== "object" || Object.isFrozen(value)) return 8
  let bytes = 8
  Object.freeze(value)
  for (const [name, part] of Object.entries(value ?? {})) {
    bytes += name.length * 2 + freeze(part)
  }
  return bytes
}
