import type { LayerEvent } from "../../04-groups/channel-layer.ts"
import { textFrame } from "./text-frame.ts"

/** Bytes that are frames already. */
const framed = new WeakSet<Uint8Array>()

export function isFramed(data: Uint8Array): boolean {
  return framed.has(data)
}

interface Run {
  readonly events: readonly LayerEvent[]
  readonly bytes: Buffer
}

/** Makes a function that frames a run of events. */
export function framedRuns(
  textOf: (event: LayerEvent) => string,
): (events: readonly LayerEvent[]) => Buffer {
  /** By the first event of a run: the run that was framed last. */
  const runs = new WeakMap<LayerEvent, Run>()
  return (events) => {
    const [first] = events
    if (!first) return Buffer.alloc(0)
    const known = runs.get(first)
    if (known && isSame(known.events, events)) return known.bytes
    const bytes = Buffer.concat(events.map((it) => textFrame(textOf(it))))
    framed.add(bytes)
    runs.set(first, { events, bytes })
    return bytes
  }
}

function isSame(one: readonly LayerEvent[], other: readonly LayerEvent[]) {
  return (
    one.length === other.length && one.every((event, i) => event === other[i])
  )
}
