import type { LayerEvent } from "../../04-groups/channel-layer.ts"
import type { RedisQueue } from "./redis-queue.ts"

/** A channel with a fixed name: a queue of its own, which several processes may
 * read. A message stays in Redis until one of them asks for it. */
export class FixedChannel {
  private turn: Promise<unknown> = Promise.resolve()
  private next = 0

  /** @param queues of the same name, one on each host */
  constructor(private readonly queues: readonly RedisQueue[]) {}

  /** Waits for the next event, and for those who have asked before. Never throws;
   * once the layer is closed, it waits for ever. */
  take(): Promise<LayerEvent> {
    const taken = this.turn.then(() => this.takeNext())
    this.turn = taken
    return taken
  }

  /** Senders use one host after the other, and so does this. */
  private async takeNext(): Promise<LayerEvent> {
    const events: LayerEvent[] = []
    const deliver = (_channel: string, event: LayerEvent) => events.push(event)
    for (;;) {
      const queue = this.queues[this.next++ % this.queues.length]
      if (!queue || queue.isClosed) return new Promise(() => {})
      await queue.receive(deliver)
      const [event] = events
      if (event) return event
    }
  }
}
