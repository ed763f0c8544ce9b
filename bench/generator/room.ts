import type { Member } from "./member.ts"
import type { Sent } from "./sequence.ts"

/** Fills a message up to 60 characters, after its sender and number. */
const filler = "the quick brown fox jumps over the lazy dog"

/** Shared by all rooms of a row. */
export interface Traffic {
  /** Called when every member of the room has received one more message. */
  receivedByAll(room: Room): void
  /** Called when a message may be lost, because its successor arrived first. */
  suspect(): void
  fail(sentence: string): void
  /** How many messages all members together have received. */
  deliveries: number
}

/** A room, and what has been sent to it. */
export class Room {
  readonly members: Member[] = []
  /** How many messages each member has sent. */
  readonly counts: number[] = []
  /** How many members still have to receive a message, by sender and number. */
  private readonly awaited: number[][] = []
  private nextSender = 0
  /** How many messages have not reached every member yet. */
  inFlight = 0

  /** @param name unique among this and earlier runs; each message begins with
   * it */
  constructor(
    readonly name: string,
    private readonly traffic: Traffic,
  ) {}

  /** The members send in turn. */
  sendNext(): void {
    const sender = this.nextSender
    this.nextSender = (sender + 1) % this.members.length
    this.members[sender]?.socket.send(this.compose(sender))
  }

  /** Every member sends this many at once. */
  sendBurst(each: number): void {
    for (const { socket, index } of this.members) {
      const texts = Array.from({ length: each }, () => this.compose(index))
      socket.sendAll(texts)
    }
  }

  /** @returns the message in a string; undefined if it is not one of ours */
  read(text: string): Sent | "changed" | undefined {
    const [name, sender, number] = text.split(" ", 3)
    if (name !== this.name) return undefined
    const sent = { sender: Number(sender), number: Number(number) }
    const isSent = sent.number < (this.counts[sent.sender] ?? 0)
    return isSent && text === this.textOf(sent) ? sent : "changed"
  }

  delivered({ sender, number }: Sent): void {
    this.traffic.deliveries++
    const awaited = this.awaited[sender] as number[]
    const left = (awaited[number] as number) - 1
    awaited[number] = left
    if (left !== 0) return
    this.inFlight--
    this.traffic.receivedByAll(this)
  }

  suspect(): void {
    this.traffic.suspect()
  }

  fail(sentence: string): void {
    this.traffic.fail(sentence)
  }

  private compose(sender: number): string {
    const number = this.counts[sender] ?? 0
    this.counts[sender] = number + 1
    const awaited = this.awaited[sender] ?? []
    this.awaited[sender] = awaited
    awaited[number] = this.members.length
    this.inFlight++
    return this.textOf({ sender, number })
  }

  private textOf({ sender, number }: Sent): string {
    return `${this.name} ${sender} ${number} ${filler}`
  }
}
