import { spawnSync } from "node:child_process"
import { Redis } from "ioredis"
import { CommandError } from "../command-error.ts"
import { root } from "../folders.ts"
import { onPath } from "./on-path.ts"
import { RedisProcess } from "./redis-process.ts"

/** Where to look for a Redis if `REDIS_URL` is not set. */
export const defaultRedisUrl = "redis://127.0.0.1:6379"

export interface RunningRedis {
  readonly url: string
  /** A sentence that says how it was found or started. */
  readonly how: string
  /** Stops it if we started it. */
  stop(): Promise<void>
}

/**
 * The Redis of `REDIS_URL`, or the one on this machine, or one that is started
 * now: from the PATH, else with Docker.
 * @throws CommandError that says what to install
 */
export async function findOrStartRedis(): Promise<RunningRedis> {
  const asked = process.env.REDIS_URL
  const url = asked || defaultRedisUrl
  const found = { url, how: "Redis found.", stop: async () => {} }
  if (await answers(url)) return found
  if (asked) {
    throw new CommandError(
      "No Redis answers at the address in REDIS_URL. Start it, or unset " +
        "REDIS_URL to use one on this machine.",
    )
  }
  const binary = redisBinary()
  if (!binary) {
    if (!startDocker()) throw new CommandError(redisRemedy)
    return { ...found, how: "Redis started with Docker; it keeps running." }
  }
  const redis = new RedisProcess(binary, 6379)
  if (await redis.start()) {
    const how = `Redis started at ${url}; it stops when this ends.`
    return { url, how, stop: () => redis.stop() }
  }
  // Another terminal may have been faster.
  if (await answers(url)) return found
  throw new CommandError(
    `${binary} does not start on port 6379: is another program there?`,
  )
}

export const redisRemedy =
  "Redis is needed here, and neither Redis nor Docker can be used. One of:\n" +
  "  Debian, Ubuntu: sudo apt-get install redis-server\n" +
  "  macOS: brew install redis      anywhere: install and start Docker"

/** For checks that stop and start a Redis, and so cannot use a running one. */
export const ownRedisRemedy =
  "Some checks stop and start a Redis of their own: they need a redis-server\n" +
  "or valkey-server on the PATH (Debian, Ubuntu: sudo apt-get install\n" +
  "redis-server; macOS: brew install redis)."

/** @returns the path of a redis-server, or valkey-server, if there is one */
export function redisBinary(): string | undefined {
  return onPath("redis-server") ?? onPath("valkey-server")
}

/** Whether Docker can start one: the engine must run, not only exist. */
export function hasDocker(): boolean {
  const docker = onPath("docker")
  if (!docker) return false
  return spawnSync(docker, ["info"], { stdio: "ignore" }).status === 0
}

/** Whether a Redis answers there within a second. */
export async function answers(url: string): Promise<boolean> {
  let redis: Redis | undefined
  try {
    redis = new Redis(url, {
      lazyConnect: true,
      connectTimeout: 1_000,
      commandTimeout: 1_000,
      retryStrategy: () => null,
    })
    redis.on("error", () => {}) // the return value says so
    await redis.connect()
    return (await redis.ping()) === "PONG"
  } catch {
    return false
  } finally {
    redis?.disconnect()
  }
}

function startDocker(): boolean {
  const docker = onPath("docker")
  if (!docker) return false
  console.log("Starting Redis with Docker…")
  const words = ["compose", "up", "-d", "--wait", "redis"]
  return spawnSync(docker, words, { cwd: root, stdio: "inherit" }).status === 0
}
