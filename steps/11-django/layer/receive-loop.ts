import { setTimeout as delay } from "node:timers/promises"
import { inTime } from "../../05-redis/redis-connection.ts"
import type { RedisQueue } from "./redis-queue.ts"

/** Longer than Redis waits: then it hangs. */
const answerTimeoutMs = 8_000
const pauseMs = 100

/** Takes what comes into a queue, for as long as it runs: one loop for all
 * channels of a process. */
export class ReceiveLoop {
  private isRunning = true

  /** @param handle never throws */
  constructor(
    private readonly queue: RedisQueue,
    private readonly handle: (message: Buffer) => void,
  ) {
    void this.run()
  }

  stop(): void {
    this.isRunning = false
  }

  private async run(): Promise<void> {
    while (this.isRunning) {
      try {
        // #region pop-and-buffer
        const message = await inTime(this.queue.pop(), answerTimeoutMs)
        if (message && this.isRunning) this.handle(message)
        if (message) this.queue.done()
        // #endregion pop-and-buffer
      } catch {
        // The connection is lost, and comes back by itself.
        await delay(pauseMs, undefined, { ref: false })
      }
    }
  }
}
