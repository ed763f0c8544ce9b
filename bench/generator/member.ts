import type { LoadSocket, Receiver } from "./load-socket.ts"
import type { Room } from "./room.ts"
import type { RoomLog } from "./room-log.ts"
import type { Sent, Sequence } from "./sequence.ts"

/** A client in a room. It checks everything that it receives. */
export class Member implements Receiver {
  /** Set only after it has received different bytes than the other members. */
  private own: Sequence | undefined
  /** How much of the log it has received: messages, and bytes. */
  private count = 0
  private offset = 0

  constructor(
    readonly index: number,
    readonly socket: LoadSocket,
    private readonly room: Room,
    private readonly log: RoomLog,
  ) {
    socket.receiver = this
  }

  skipKnown(buffer: Buffer, from: number, to: number): number {
    if (this.own) return from
    const { ends, bytes, messages } = this.log
    const reach = this.offset + to - from
    let count = this.count
    while (count < ends.length && (ends[count] as number) <= reach) count++
    if (count === this.count) return from
    const end = ends[count - 1] as number
    const known = from + end - this.offset
    if (buffer.compare(bytes, this.offset, end, from, known) !== 0) return from
    for (; this.count < count; this.count++) {
      this.room.delivered(messages[this.count] as Sent)
    }
    this.offset = end
    return known
  }

  take(text: string, wire: Buffer): void {
    const sent = this.room.read(text)
    if (sent === undefined) return // of another run: history
    if (sent === "changed") {
      this.fault(`received "${text}", which was never sent`)
      return
    }
    const fault = this.follow(sent, wire)
    if (fault) this.fault(`received ${nameOf(sent)} ${fault}`)
    else this.room.delivered(sent)
  }

  lost(how: string): void {
    this.fault(`was ${how}`)
  }

  /** @returns a sentence about what it has not received */
  missing(): string | undefined {
    const sequence =
      this.own ??
      (this.count === this.log.ends.length
        ? this.log.sequence
        : this.log.sequenceUntil(this.count))
    const sent = sequence.firstMissing(this.room.counts)
    return sent && this.sentence(`never received ${nameOf(sent)}`)
  }

  /** Whether it received its room's messages in a different order. */
  get hasOwnOrder(): boolean {
    return this.own !== undefined
  }

  sentence(what: string): string {
    return `client ${this.index} of room ${this.room.name} ${what}`
  }

  private follow(sent: Sent, wire: Buffer): string | undefined {
    const { ends, messages, sequence } = this.log
    if (!this.own && this.count === ends.length) {
      const fault = sequence.note(sent)
      if (fault) return fault
      this.log.append(wire, sent)
      if (sequence.hasGap) this.room.suspect()
    } else if (!this.own && !isSame(messages[this.count], sent)) {
      this.own = this.log.sequenceUntil(this.count)
    }
    if (this.own) {
      const fault = this.own.note(sent)
      if (this.own.hasGap) this.room.suspect()
      return fault
    }
    this.offset = ends[this.count++] as number
    return undefined
  }

  private fault(what: string): void {
    this.room.fail(this.sentence(what))
  }
}

function isSame(one: Sent | undefined, other: Sent): boolean {
  return one?.sender === other.sender && one.number === other.number
}

function nameOf({ sender, number }: Sent): string {
  return `message ${number + 1} of client ${sender}`
}
