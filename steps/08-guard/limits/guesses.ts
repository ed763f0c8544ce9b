import { createHash } from "node:crypto"
import type { Redis } from "ioredis"
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
} from "rate-limiter-flexible"
import type { Scope } from "../../01-echo/application.ts"
import { RequestError } from "../../01-echo/request-error.ts"
import type { CheckPassword } from "../../06-accounts/account-pages.ts"
import { usernameKey } from "../../06-accounts/username-key.ts"
import type { UserStore } from "../../06-accounts/users.ts"

export interface GuessOptions {
  /** Wrong passwords a minute, for one name from one address. */
  readonly perMinute: number
  readonly addressOf: (scope: Scope) => string
  readonly users: Pick<UserStore, "authenticate">
  /** Shared by all processes; undefined counts in this process only. */
  readonly redis: Redis | undefined
  readonly prefix: string
}

const hourly = 10 // of an address, times the limit of a minute

/** Limits wrong passwords by name *and* address: an attacker elsewhere cannot
 * lock you out. An address also has a higher limit for all names together. */
export function limitGuesses(options: GuessOptions): CheckPassword {
  const { perMinute, addressOf, users } = options
  const check = (_scope: unknown, username: string, password: string) => {
    return users.authenticate(username, password)
  }
  if (perMinute === Number.POSITIVE_INFINITY) return check
  const ofName = limiter(options, "name", perMinute, 60)
  const ofAddress = limiter(options, "address", perMinute * hourly, 3_600)
  return async (scope, username, password) => {
    const address = addressOf(scope)
    const name = shortened(`${usernameKey(username)} ${address}`)
    const giveBack = async () => {
      await Promise.all([ofName.reward(name), ofAddress.reward(address)])
    }
    // #region count-first
    await count(ofName, name)
    await count(ofAddress, address)
    const user = await check(scope, username, password).catch(async (error) => {
      await giveBack() // it was not tried
      throw error
    })
    if (user) await giveBack()
    return user
    // #endregion count-first
  }
}

/** @throws RequestError 429 if it is one too many */
async function count(limit: RateLimiterAbstract, key: string): Promise<void> {
  try {
    await limit.consume(key)
  } catch (refused) {
    if (!(refused instanceof RateLimiterRes)) throw refused
    const seconds = Math.ceil(refused.msBeforeNext / 1_000)
    const sentence = `Too many wrong passwords. Try again in ${seconds} s.`
    throw new RequestError(429, sentence, { "Retry-After": String(seconds) })
  }
}

/** In Redis. While that is away, each process counts for itself. */
function limiter(
  { redis, prefix }: GuessOptions,
  what: string,
  points: number,
  duration: number,
): RateLimiterAbstract {
  const keyPrefix = `${prefix}:guesses:${what}`
  const own = new RateLimiterMemory({ keyPrefix, points, duration })
  if (!redis) return own
  return new RateLimiterRedis({
    storeClient: redis,
    keyPrefix,
    points,
    duration,
    insuranceLimiter: own,
    rejectIfRedisNotReady: true,
  })
}

/** A name can be long, and Redis is not the place to keep it. */
function shortened(text: string): string {
  return createHash("sha256").update(text).digest("base64url")
}
