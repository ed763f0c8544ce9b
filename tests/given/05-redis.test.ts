import { Redis } from "ioredis"
import { describe, expect, onTestFinished, test } from "vitest"
import { twoServersOneRoom } from "../../workbook/demos/two-servers.ts"
import type { SocketClient } from "../../workbook/processes/socket-client.ts"
import { flood, floodPatience, wholeFlood } from "../support/flood.ts"
import { load } from "../support/load.ts"
import { ownRedis } from "../support/own-redis.ts"
import { connect, ownEnvironment, startServer } from "../support/servers.ts"

const { RedisPubSubChannelLayer } = await load<
  typeof import("../../steps/05-redis/redis-pubsub-channel-layer.ts")
>("05-redis/redis-pubsub-channel-layer.ts")

describe("several processes", () => {
  test("do not share a room with the layer of step 4", async () => {
    const shared = twoServersOneRoom({
      step: "04-groups",
      env: {},
      say: () => {},
    })
    await expect(shared).rejects.toThrow(
      'received "Here I am" instead of "Hello, Bob"',
    )
  })

  test(
    "fifty clients of two servers send at once and receive 2,000 of 2,000 messages",
    async () => {
      const env = await ownEnvironment()
      const first = await startServer("05-redis", env)
      const second = await startServer("05-redis", env)
      const received = await flood((index) =>
        connect(index % 2 === 0 ? first : second, "/ws/chat/flood/"),
      )
      for (const one of received) expect(one).toEqual(wholeFlood)
    },
    floodPatience,
  )
})

describe("without Redis", () => {
  test("a server does not start if there is no Redis at REDIS_URL", async () => {
    const REDIS_URL = "redis://127.0.0.1:1"
    await expect(startServer("05-redis", { REDIS_URL })).rejects.toThrow(
      "There is no Redis at 127.0.0.1:1 (connect ECONNREFUSED",
    )
  })

  test("a wrong password is reported as a wrong password", async () => {
    const redis = await ownRedis()
    const raw = new Redis(redis.url)
    onTestFinished(() => raw.disconnect())
    await raw.config("SET", "requirepass", "secret")
    for (const user of ["", ":wrong@"]) {
      const REDIS_URL = redis.url.replace("//", `//${user}`)
      await expect(startServer("05-redis", { REDIS_URL })).rejects.toThrow(
        /does not accept the password in REDIS_URL \((NOAUTH|WRONGPASS)/,
      )
    }
  })

  test("a server does not start if Redis hangs", async () => {
    const redis = await ownRedis()
    redis.signal("SIGSTOP")
    const server = startServer("05-redis", { REDIS_URL: redis.url })
    await expect(server).rejects.toThrow("(Redis does not answer)")
  })

  test("a layer that gets only one of its two connections closes it", async () => {
    const redis = await ownRedis()
    const ours = new Redis(redis.url)
    onTestFinished(() => ours.disconnect())
    await ours.config("SET", "maxclients", 2)
    const layer = RedisPubSubChannelLayer.connect({ url: redis.url })
    await expect(layer).rejects.toThrow("Redis cannot be reached")
    const connections = async () =>
      String(await ours.client("LIST")).match(/^id=/gm)
    await expect.poll(connections).toHaveLength(1)
  })

  test("a REDIS_URL that is not the address of a Redis is reported", async () => {
    const server = startServer("05-redis", { REDIS_URL: "here" })
    await expect(server).rejects.toThrow(
      "REDIS_URL is not the address of a Redis",
    )
  })
})

describe("when Redis goes and comes back", () => {
  test("the sender of a message that is not delivered receives an error at once", async () => {
    const redis = await ownRedis()
    const env = { ...(await ownEnvironment()), REDIS_URL: redis.url }
    const server = await startServer("05-redis", env)
    const ann = await connect(server, "/ws/chat/lobby/", { name: "Ann" })
    await redis.stop("SIGKILL")
    await server.printed(/Redis is gone/)
    const told = await answerTo(ann, "lost")
    expect(told.frame.error).toContain("Not delivered")
    expect(told.time).toBeLessThan(1_000)
  })

  test("clients stay connected, others can join, and the room works again", async () => {
    const redis = await ownRedis()
    const env = { ...(await ownEnvironment()), REDIS_URL: redis.url }
    const first = await startServer("05-redis", env)
    const second = await startServer("05-redis", env)
    const ann = await connect(first, "/ws/chat/lobby/", { name: "Ann" })
    const bob = await connect(second, "/ws/chat/lobby/", { name: "Bob" })

    await redis.stop("SIGKILL")
    await Promise.all([first, second].map((it) => it.printed(/Redis is gone/)))
    const late = await connect(first, "/ws/chat/lobby/", { name: "Carol" })

    expect(await redis.start()).toBe(true)
    const back = performance.now()
    await Promise.all([first, second].map((it) => it.printed(/Redis is back/)))
    ann.say("works again")
    for (const client of [ann, bob, late]) {
      expect(await client.nextFrame()).toEqual({ message: "works again" })
    }
    expect(performance.now() - back).toBeLessThan(2_000)
  })

  test("a server without clients reconnects as well", async () => {
    const redis = await ownRedis()
    const env = { ...(await ownEnvironment()), REDIS_URL: redis.url }
    const server = await startServer("05-redis", env)
    const ann = await connect(server, "/ws/chat/lobby/", { name: "Ann" })
    await ann.close()
    await redis.stop("SIGKILL")
    await server.printed(/Redis is gone/)
    await redis.start()
    await server.printed(/Redis is back/)
  })

  test("a Redis that hangs is noticed within a second", async () => {
    const redis = await ownRedis()
    const env = { ...(await ownEnvironment()), REDIS_URL: redis.url }
    const server = await startServer("05-redis", env)
    const ann = await connect(server, "/ws/chat/lobby/", { name: "Ann" })
    redis.signal("SIGSTOP")
    const told = await answerTo(ann, "hangs")
    expect(told.frame.error).toContain("Not delivered")
    expect(told.time).toBeLessThan(1_000)
    const late = await connect(server, "/ws/chat/lobby/", { name: "Carol" })
    await late.close()
    redis.signal("SIGCONT")
  })

  /** Sends a message, and measures the time until the answer, in ms. */
  async function answerTo(client: SocketClient, message: string) {
    const begin = performance.now()
    client.say(message)
    const frame = await client.nextFrame()
    return { frame, time: performance.now() - begin }
  }
})
