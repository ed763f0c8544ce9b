import { randomBytes } from "node:crypto"
import { Redis } from "ioredis"
import { onTestFinished } from "vitest"
import type { RedisCoreOptions } from "../../steps/11-django/layer/redis-core-channel-layer.ts"
import { defaultRedisUrl } from "../../workbook/machine/redis.ts"
import { type OpenLayer, openWatched } from "./layer-suite.ts"
import { load } from "./load.ts"
import { soon } from "./soon.ts"
import { did } from "./story.ts"

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

/** The commands that clients send for names with the prefix, one word each. Those
 * of scripts are not among them.
 * @returns what to call when enough has happened */
export async function watchCommands(redis: Redis, prefix: string) {
  const monitor = await redis.duplicate().monitor()
  onTestFinished(() => monitor.disconnect())
  const commands: string[][] = []
  let goOn = () => {}
  monitor.on("monitor", (_time, words: string[], source: string) => {
    const isOwn = words.some((word) => word.startsWith(prefix))
    const [name = ""] = words
    const frames = /^(multi|exec)$/i.test(name)
    if (source === "lua" || !(isOwn || frames)) return
    if (!frames) commands.push([name.toUpperCase(), ...words.slice(1)])
    goOn()
  })
  const marker = `${prefix}-end`

  /** @returns all commands so far, without the connection's own */
  return async function until(): Promise<string[][]> {
    await redis.get(marker)
    const isThere = () => commands.some(([, key]) => key === marker)
    const all = async () => {
      while (!isThere()) {
        await new Promise<void>((resolve) => {
          goOn = resolve
        })
      }
    }
    await soon("the end of MONITOR", all())
    const found = commands.filter(([, key]) => key !== marker)
    commands.length = 0
    for (const words of found) did(`Redis: ${words.slice(0, 3).join(" ")} …`)
    return found
  }
}
