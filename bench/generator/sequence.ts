/** A message's sender, by its place in the room, and its number among that
 * sender's messages, both from 0. */
export interface Sent {
  readonly sender: number
  readonly number: number
}

export type Fault = "twice" | "out of order"

/** What has been received from each sender of a room, and in which order. */
export class Sequence {
  /** The next expected number, by sender. */
  private readonly due: number[] = []
  /** The numbers that were expected when a later one arrived. */
  private readonly skipped = new Map<string, Sent>()

  /** @returns what is wrong with receiving the message now, if anything; the
   * end shows whether a skipped message is lost */
  note(sent: Sent): Fault | undefined {
    const { sender, number } = sent
    const due = this.due[sender] ?? 0
    if (number < due) {
      return this.skipped.has(keyOf(sent)) ? "out of order" : "twice"
    }
    for (let missing = due; missing < number; missing++) {
      const skipped = { sender, number: missing }
      this.skipped.set(keyOf(skipped), skipped)
    }
    this.due[sender] = number + 1
    return undefined
  }

  /** Whether a message is missing although a later one has arrived. */
  get hasGap(): boolean {
    return this.skipped.size > 0
  }

  /** @param counts how many messages each sender has sent
   * @returns the first one that was not received */
  firstMissing(counts: readonly number[]): Sent | undefined {
    for (const sent of this.skipped.values()) return sent
    for (const [sender, count] of counts.entries()) {
      const number = this.due[sender] ?? 0
      if (number < count) return { sender, number }
    }
    return undefined
  }
}

function keyOf({ sender, number }: Sent): string {
  return `${sender} ${number}`
}
