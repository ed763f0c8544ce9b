import type { Duplex } from "node:stream"
import type { OpenWriter } from "../../01-echo/server/frame-writer.ts"
import { textFrame } from "./text-frame.ts"

/** The streams that hold back what is written in this turn. */
let corked = new Set<Duplex>()

/** The frames of this turn, by their string: most members get the same. */
let frames = new Map<string, Buffer>()

// #region frame-once
/** Frames a string once for all who get it, and writes to each socket once a turn
 * of the event loop. What `ws` writes by itself, such as a close frame, goes to
 * the same stream, and keeps its place. For `ServerOptions.openWriter`. */
export const corkedWriter: OpenWriter = (socket, stream) => (data) => {
  // After a close frame, none may follow: `ws` drops it as well.
  if (socket.readyState !== socket.OPEN) return
  holdBack(stream)
  if (typeof data !== "string") return socket.send(data)
  const known = frames.get(data)
  const frame = known ?? textFrame(data)
  if (!known) frames.set(data, frame)
  stream.write(frame)
}
// #endregion frame-once

/** Holds back what is written to the stream, until this turn ends. */
export function holdBack(stream: Duplex): void {
  // #region hold-back
  if (corked.has(stream)) return
  if (corked.size === 0) {
    setImmediate(() => {
      for (const held of corked) held.uncork()
      // Not `clear`: the old table of a Map or Set points to the new one, and
      // old garbage keeps what it points to in memory for a long time.
      corked = new Set()
      frames = new Map()
    })
  }
  corked.add(stream)
  stream.cork()
  // #endregion hold-back
}
