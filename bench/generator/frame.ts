import { randomBytes } from "node:crypto"

export const opcodes = { text: 1, close: 8, ping: 9, pong: 10 } as const

/** A frame of the server, as it is in a buffer. */
export interface Frame {
  readonly opcode: number
  /** Where its payload begins and ends. The frame ends at the same place. */
  readonly start: number
  readonly end: number
}

/** One for the whole process: a new one for each frame would only cost the
 * generator time. Servers remove it in any case. */
const mask = randomBytes(4)

/** @returns a client's frame, masked as a client's frames must be (RFC 6455,
 * 5.2); at most 65,535 bytes of payload */
export function clientFrame(
  text: string | Uint8Array,
  opcode: number = opcodes.text,
): Buffer {
  const payload = Buffer.from(text as string)
  const { length } = payload
  const isShort = length < 126
  const start = isShort ? 6 : 8
  const frame = Buffer.allocUnsafe(start + length)
  frame[0] = 0x80 | opcode
  frame[1] = 0x80 | (isShort ? length : 126)
  if (!isShort) frame.writeUInt16BE(length, 2)
  mask.copy(frame, start - 4)
  for (let at = 0; at < length; at++) {
    frame[start + at] = (payload[at] as number) ^ (mask[at & 3] as number)
  }
  return frame
}

/**
 * @param from where the frame begins
 * @param to where the bytes that have arrived end
 * @returns undefined while some of its bytes are missing
 * @throws Error for a frame in several parts, which no server here sends
 */
export function readFrame(
  buffer: Buffer,
  from: number,
  to: number,
): Frame | undefined {
  if (to - from < 2) return undefined
  const first = buffer[from] as number
  const short = (buffer[from + 1] as number) & 0x7f
  const start = from + (short < 126 ? 2 : short === 126 ? 4 : 10)
  if (start > to) return undefined
  if ((first & 0x80) === 0) throw new Error("The server fragments its frames")
  const length =
    short < 126
      ? short
      : short === 126
        ? buffer.readUInt16BE(from + 2)
        : Number(buffer.readBigUInt64BE(from + 2))
  const end = start + length
  return end > to ? undefined : { opcode: first & 0x0f, start, end }
}
