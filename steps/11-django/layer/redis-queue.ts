import type { Redis } from "ioredis"
import { trace } from "../../01-echo/trace.ts"
import { putBack } from "./scripts.ts"

/** How long Redis waits for a message before it answers that there is none. */
const waitSeconds = 5

/** The messages of one queue on one host, taken out one at a time. Each is also
 * in the set "in flight" until it has been handled: a process that is killed in
 * between loses none of a queue that another process reads after it. */
export class RedisQueue {
  private readonly inFlight: string

  /** @param redis a connection that is used for nothing else: it waits
   * @param expirySeconds after that, nothing is left of an abandoned queue */
  constructor(
    private readonly redis: Redis,
    private readonly key: string,
    private readonly expirySeconds: number,
  ) {
    this.inFlight = `${key}$inflight`
  }

  /** Takes the oldest message out.
   * @returns undefined if none came for five seconds
   * @throws Error if the connection is lost */
  async pop(): Promise<Buffer | undefined> {
    const { redis, inFlight } = this
    // #region pop
    await redis.eval(putBack, 0, this.key, inFlight)
    const popped = await redis.bzpopminBuffer(this.key, waitSeconds)
    if (!popped) return undefined
    const [, message, time] = popped as [Buffer, Buffer, Buffer]
    await redis
      .pipeline()
      .zadd(inFlight, time.toString(), message)
      .expire(inFlight, this.expirySeconds)
      .exec()
    // #endregion pop
    trace("redis", "BZPOPMIN", [this.key, message.length])
    return message
  }

  /** The message that was taken out has been handled. */
  done(): void {
    // If it fails, the message may come twice. The next `pop` fails as well.
    this.redis.zpopmin(this.inFlight).catch(() => {})
  }
}
