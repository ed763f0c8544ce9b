import type { LayerEvent } from "../../04-groups/channel-layer.ts"
import { frozenEvent } from "../../04-groups/frozen-event.ts"
import { channelField } from "./payload.ts"

/** As deep as MessagePack's library goes. */
const deepest = 99

/** A copy of an event, made of what Python can read. Fields that are undefined
 * are left out.
 * @throws TypeError for anything else: a date, for one, would end every Django
 * consumer that receives it */
export function plainEvent(event: LayerEvent): LayerEvent {
  if (channelField in event) {
    throw new TypeError(`An event has no field "${channelField}"`)
  }
  return frozenEvent(plain(event, 0))
}

function plain(value: unknown, depth: number): unknown {
  if (depth > deepest) throw new TypeError("An event is nested too deeply")
  // Python refuses half of a surrogate pair.
  if (typeof value === "string") return value.toWellFormed()
  if (typeof value === "number" || typeof value === "boolean") return value
  if (value === null) return value
  if (value instanceof Uint8Array) return Uint8Array.from(value)
  if (Array.isArray(value)) return value.map((it) => plain(it, depth + 1))
  if (!isPlainObject(value)) throw new TypeError(problemWith(value))
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, part]) => part !== undefined)
      .map(([name, part]) => [name.toWellFormed(), plain(part, depth + 1)]),
  )
}

function isPlainObject(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false
  const prototype = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

function problemWith(value: unknown): string {
  const isObject = typeof value === "object" && value !== null
  const kind = isObject ? value.constructor.name : typeof value
  return `An event holds plain data only, and this is a ${kind}`
}
