import { onTestFinished } from "vitest"
import { ownRedisRemedy, redisBinary } from "../../workbook/machine/redis.ts"
import { RedisProcess } from "../../workbook/machine/redis-process.ts"

/** A Redis for one test only, which can stop it and start it again. */
export async function ownRedis(): Promise<RedisProcess> {
  const binary = redisBinary()
  if (!binary) throw new Error(ownRedisRemedy)
  const redis = await RedisProcess.onFreePort(binary)
  onTestFinished(() => redis.stop("SIGKILL"))
  if (!(await redis.start())) throw new Error("Redis does not start")
  return redis
}
