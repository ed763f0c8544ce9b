import { once } from "node:events"
import { type AddressInfo, createServer } from "node:net"
import { onTestFinished } from "vitest"
import { ownRedisRemedy, redisBinary } from "../../workbook/machine/redis.ts"
import { RedisProcess } from "../../workbook/machine/redis-process.ts"

/** A Redis for one test alone, that it may stop and start again. */
export async function ownRedis(): Promise<RedisProcess> {
  const binary = redisBinary()
  if (!binary) throw new Error(ownRedisRemedy)
  const redis = new RedisProcess(binary, await freePort())
  onTestFinished(() => redis.stop("SIGKILL"))
  if (!(await redis.start())) throw new Error("Redis does not start")
  return redis
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, "close")
  return port
}
