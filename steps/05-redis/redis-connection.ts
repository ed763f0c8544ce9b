import { Redis, type RedisOptions } from "ioredis"
import { LayerUnavailable } from "./layer-unavailable.ts"

/** How long a sender waits for Redis before it is told. */
const answerTimeoutMs = 700

/** How long a server that starts waits for Redis. */
const startTimeoutMs = 5_000

/** How long a client that joins waits for a subscription. There are two, and a
 * socket that is not accepted within 5 s is refused. */
export const joinTimeoutMs = 2_000

/** The longest pause between two attempts to connect again. */
const longestPauseMs = 500

/**
 * A connection that comes back by itself, but keeps nothing for later: what
 * cannot be sent now fails now.
 * @param options for ioredis, beside ours
 * @throws LayerUnavailable if Redis does not answer
 */
export async function connectToRedis(
  url: string,
  options: RedisOptions = {},
): Promise<Redis> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: answerTimeoutMs,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    autoResubscribe: false,
    retryStrategy: (attempt) => Math.min(attempt * 50, longestPauseMs),
    ...options,
  })
  let cause: Error | undefined
  // Each failed attempt says why. Senders are told meanwhile, too.
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

/**
 * Waits for Redis, but not for long: it may hang without closing the
 * connection.
 * @throws Error if there is no reply in time
 */
export function inTime<Reply>(
  reply: Promise<Reply>,
  timeoutMs = answerTimeoutMs,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const tooLate = () => reject(new Error("Redis does not answer"))
    // A reply may have come while this process was too busy to read it: the
    // event loop reads it before it gets to `setImmediate`.
    const timer = setTimeout(() => setImmediate(tooLate), timeoutMs)
    const settle = () => clearTimeout(timer)
    reply.then(settle, settle)
    reply.then(resolve, reject)
  })
}
