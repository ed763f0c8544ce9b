import { setTimeout as delay, setImmediate as turn } from "node:timers/promises"
import { Redis } from "ioredis"
import { LayerUnavailable } from "./layer-unavailable.ts"

/** In ms: how long a sender waits until it is told, at the most. */
const patience = 700

/** In ms: how long a server that starts waits for Redis. */
const patienceAtStart = 5_000

/** In ms: how long a newcomer waits for a subscription. There are two, and
 * a socket that is not accepted within 5 s is refused. */
export const patienceOnJoining = 2_000

/** In ms: between two attempts to come back, at the most. */
const longestPause = 500

/**
 * A connection that comes back by itself, but keeps nothing for later: what
 * cannot be sent now fails now.
 * @throws LayerUnavailable if Redis does not answer
 */
export async function connectToRedis(url: string): Promise<Redis> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: patience,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    autoResubscribe: false,
    retryStrategy: (attempt) => Math.min(attempt * 50, longestPause),
  })
  let cause: Error | undefined
  // Each failed attempt tells why; whoever sends meanwhile is told, too.
  redis.on("error", (error) => {
    cause = error
  })
  try {
    await inTime(redis.connect(), patienceAtStart)
    return redis
  } catch (error) {
    redis.disconnect()
    throw new LayerUnavailable(cause ?? error)
  }
}

/**
 * Waits for Redis, but not for long: it may hang without hanging up. A reply
 * that has come while this process was too busy to read it is in time.
 * @param limit in ms
 * @throws Error if there is none
 */
export async function inTime<Reply>(
  reply: Promise<Reply>,
  limit = patience,
): Promise<Reply> {
  const settled = new AbortController()
  const late = delay(limit, undefined, { signal: settled.signal })
  try {
    return await Promise.race([reply, late.then(() => turn()).then(tooLate)])
  } finally {
    settled.abort()
  }
}

function tooLate(): never {
  throw new Error("Redis does not answer")
}
