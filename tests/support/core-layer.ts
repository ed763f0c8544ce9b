import { randomBytes } from "node:crypto"
import { Redis } from "ioredis"
import { onTestFinished } from "vitest"
import type { RedisCoreOptions } from "../../steps/11-django/layer/redis-core-channel-layer.ts"
import { defaultRedisUrl } from "../../workbook/machine/redis.ts"
import { type OpenLayer, openWatched } from "./layer-suite.ts"
import { load } from "./load.ts"

const { RedisCoreChannelLayer } = await load<
  typeof import("../../steps/11-django/layer/redis-core-channel-layer.ts")
>("11-django/layer/redis-core-channel-layer.ts")

export const redisUrl = process.env.REDIS_URL || defaultRedisUrl

/** Keeps the names of different checks apart on a shared Redis. */
export function ownPrefix(): string {
  return `test-${randomBytes(4).toString("hex")}`
}

/** For the checks of steps 4 and 5: their limits are those of a channel. */
export const openCore: OpenLayer = (buffer) => {
  const hosts = [redisUrl]
  return RedisCoreChannelLayer.connect({ hosts, prefix: ownPrefix(), buffer })
}

/** A layer of this process, its prefix, and Redis as another program sees it.
 * @param options unless another Redis is given, the shared one */
export async function coreLayer(options: Partial<RedisCoreOptions> = {}) {
  const { hosts = [redisUrl], prefix = ownPrefix() } = options
  const layer = await openWatched(() =>
    RedisCoreChannelLayer.connect({ ...options, hosts, prefix }),
  )
  return { layer, prefix, redis: rawRedis(hosts[0]) }
}

/** A connection of another program, for one check. */
export function rawRedis(url = redisUrl): Redis {
  const redis = new Redis(url)
  redis.on("error", () => {}) // a check may stop Redis
  onTestFinished(() => redis.disconnect())
  return redis
}

/** All keys that begin with the prefix. */
export async function keysOf(redis: Redis, prefix: string): Promise<string[]> {
  const keys: string[] = []
  let cursor = "0"
  do {
    const [next, some] = await redis.scan(cursor, "MATCH", `${prefix}*`)
    keys.push(...some)
    cursor = next
  } while (cursor !== "0")
  return keys.sort()
}
