import type { Redis } from "ioredis"
import { LayerUnavailable } from "../../05-redis/layer-unavailable.ts"
import { connectToRedis } from "../../05-redis/redis-connection.ts"

/** A connection for what all processes count together.
 * @returns undefined if there is no Redis: then each process counts alone */
export async function openSharedCounters(
  url: string,
): Promise<Redis | undefined> {
  try {
    return await connectToRedis(url, { commandTimeout: 700 })
  } catch (error) {
    if (error instanceof LayerUnavailable) return undefined
    throw error
  }
}
