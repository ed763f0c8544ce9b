import type { RedisQueue } from "./redis-queue.ts"

/** A channel with a fixed name: a queue of its own, which several processes may
 * read. A message stays in Redis until one of them asks for it. */
export class FixedChannel {
  private turn: Promise<unknown> = Promise.resolve()
  private next = 0

  /** @param queues of the same name, one on each host */
  constructor(private readonly queues: readonly RedisQueue[]) {}

  /** Waits for the next message, and for those who have asked before: a second
   * reader would take a message in flight for a lost one.
   * @throws Error if the connection is lost */
  take(): Promise<Buffer> {
    const taken = this.turn.then(() => this.pop())
    this.turn = taken.catch(() => {})
    return taken
  }

  /** Senders use one host after the other, and so does this. */
  private async pop(): Promise<Buffer> {
    for (;;) {
      const queue = this.queues[this.next++ % this.queues.length]
      const message = await queue?.pop()
      if (!message) continue
      queue?.done()
      return message
    }
  }
}
