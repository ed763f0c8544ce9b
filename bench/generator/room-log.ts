import { type Sent, Sequence } from "./sequence.ts"

/**
 * What the members on one process receive, byte for byte. The first reader of a
 * frame checks it. The others receive the same bytes and only compare them, so
 * checking costs less than receiving.
 */
export class RoomLog {
  bytes = Buffer.allocUnsafe(1 << 14)
  /** Where each frame ends. */
  readonly ends: number[] = []
  readonly messages: Sent[] = []
  /** The order in which the first readers received the messages. */
  readonly sequence = new Sequence()

  get length(): number {
    return this.ends.at(-1) ?? 0
  }

  append(wire: Buffer, sent: Sent): void {
    const from = this.length
    const end = from + wire.length
    if (end > this.bytes.length) {
      const larger = Buffer.allocUnsafe(2 * end)
      this.bytes.copy(larger, 0, 0, from)
      this.bytes = larger
    }
    wire.copy(this.bytes, from)
    this.ends.push(end)
    this.messages.push(sent)
  }

  /** @returns what a reader of its first messages has received */
  sequenceUntil(count: number): Sequence {
    const sequence = new Sequence()
    for (const sent of this.messages.slice(0, count)) sequence.note(sent)
    return sequence
  }
}
