/** How many groups may wait for the layer. */
const mostGroups = 1_000

/** An event that could not be published. */
interface UnsentEvent {
  /** Of its message. */
  readonly id: number
  send(): Promise<void>
}

/** What waits until the layer is back: other processes may have had it all the
 * time, and look for nothing. The newest event of a group is enough: those who
 * have missed more will read the room. */
export class Unsent {
  private readonly newest = new Map<string, UnsentEvent>()

  /** Without a place here, others find the message at their next heartbeat. */
  keep(group: string, event: UnsentEvent): void {
    const known = this.newest.get(group)
    // A repeat is published again, and may be older than what waits.
    const isOlder = known !== undefined && known.id > event.id
    const hasPlace = known !== undefined || this.newest.size < mostGroups
    if (hasPlace && !isOlder) this.newest.set(group, event)
  }

  /** Sends one after the other. What fails again waits for the next time. */
  async sendAll(): Promise<void> {
    for (const [group, event] of [...this.newest]) {
      this.newest.delete(group)
      await event.send().catch(() => this.keep(group, event))
    }
  }
}
