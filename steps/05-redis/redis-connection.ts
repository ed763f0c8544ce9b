import { Redis, type RedisOptions } from "ioredis"
import { LayerUnavailable } from "./layer-unavailable.ts"

const answerTimeoutMs = 700
const startTimeoutMs = 5_000

/** A client that joins waits for two subscriptions, and its socket is refused
 * if it is not accepted within 5 s. */
export const joinTimeoutMs = 2_000

/** Reconnects by itself but queues nothing: what cannot be sent now fails now.
 * @param options for ioredis, added to ours
 * @param Client what replaces the client of ioredis
 * @throws LayerUnavailable if Redis does not answer */
export async function connectToRedis(
  url: string,
  options: RedisOptions = {},
  Client = Redis,
): Promise<Redis> {
  // #region fail-at-once
  const redis = new Client(url, {
    lazyConnect: true,
    connectTimeout: answerTimeoutMs,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    autoResubscribe: false,
    retryStrategy: (attempt) => Math.min(attempt * 50, 500),
    ...options,
  })
  // #endregion fail-at-once
  let cause: Error | undefined
  // Each failed attempt gives its reason here. Until one works, senders get an
  // error.
  redis.on("error", (error) => {
    cause = error
  })
  try {
    await inTime(redis.connect(), startTimeoutMs)
    return redis
  } catch (error) {
    redis.disconnect()
    throw new LayerUnavailable(cause ?? error)
  }
}

/** Waits for Redis, but not for long: it may hang with its connection open.
 * @throws Error if there is no reply in time */
export function inTime<Reply>(
  reply: Promise<Reply>,
  timeoutMs = answerTimeoutMs,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      // A reply may have arrived that this process has not read yet: the event
      // loop reads it before it gets to `setImmediate`.
      setImmediate(() => reject(new Error("Redis does not answer")))
    }, timeoutMs)
    void reply.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
