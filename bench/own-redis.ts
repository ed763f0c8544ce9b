import { CommandError } from "../workbook/command-error.ts"
import { redisBinary } from "../workbook/machine/redis.ts"
import { RedisProcess } from "../workbook/machine/redis-process.ts"
import { cores, pin } from "./pin.ts"

/** A Redis that only the bench uses, on the servers' core.
 * @throws CommandError that says what to install */
export async function startOwnRedis(): Promise<RedisProcess> {
  const binary = redisBinary()
  if (!binary) {
    throw new CommandError(
      "Measuring needs a redis-server or valkey-server on the PATH\n" +
        "(Debian, Ubuntu: sudo apt-get install redis-server; macOS: brew " +
        "install redis).",
    )
  }
  const redis = await RedisProcess.onFreePort(binary)
  if (!(await redis.start())) {
    throw new CommandError(`${binary} does not start: does it run by itself?`)
  }
  pin(redis.pid as number, cores.servers)
  return redis
}
