import { randomUUID } from "node:crypto"
import { setImmediate as turn } from "node:timers/promises"
import { Redis } from "ioredis"
import { describe, expect, onTestFinished, test } from "vitest"
import { twoServersOneRoom } from "../workbook/demos/two-servers.ts"
import { defaultRedisUrl } from "../workbook/machine/redis.ts"
import type { SocketClient } from "../workbook/processes/socket-client.ts"
import { flood, floodPatience, wholeFlood } from "./support/flood.ts"
import { describeLayer } from "./support/layer-suite.ts"
import { load } from "./support/load.ts"
import { nextEvent } from "./support/next-event.ts"
import { ownRedis } from "./support/own-redis.ts"
import { serveInProcess } from "./support/serve-in-process.ts"
import { connect, ownEnvironment, startServer } from "./support/servers.ts"

const { RedisPubSubChannelLayer } = await load<
  typeof import("../steps/05-redis/redis-pubsub-channel-layer.ts")
>("05-redis/redis-pubsub-channel-layer.ts")
const { openChannelLayer } = await load<
  typeof import("../steps/05-redis/open-channel-layer.ts")
>("05-redis/open-channel-layer.ts")
const { InMemoryChannelLayer } = await load<
  typeof import("../steps/04-groups/in-memory-channel-layer.ts")
>("04-groups/in-memory-channel-layer.ts")

const { ChatConsumer } = await load<
  typeof import("../steps/05-redis/chat-consumer.ts")
>("05-redis/chat-consumer.ts")

const url = process.env.REDIS_URL || defaultRedisUrl

describeLayer("RedisPubSubChannelLayer", (options) => {
  return RedisPubSubChannelLayer.connect({ ...options, url, prefix: prefix() })
})

/** Keeps a test's names on a shared Redis apart. */
function prefix(): string {
  return `test-${randomUUID()}`
}

async function openLayer(name = prefix(), at = url) {
  const options = { url: at, prefix: name }
  const layer = await RedisPubSubChannelLayer.connect(options)
  onTestFinished(() => layer.close())
  return layer
}

function rawRedis(at = url): Redis {
  const redis = new Redis(at)
  onTestFinished(() => redis.disconnect())
  return redis
}

describe("on the wire", () => {
  const vector =
    "82a474797065ac636861742e6d657373616765a76d657373616765a568656c6c6f"

  test("a group's event is what channels_redis.pubsub publishes", async () => {
    const name = prefix()
    const layer = await openLayer(name)
    const redis = rawRedis()
    const heard = new Promise<[string, string]>((resolve) => {
      redis.on("messageBuffer", (channel: Buffer, body: Buffer) => {
        resolve([channel.toString(), body.toString("hex")])
      })
    })
    await redis.subscribe(`${name}__group__chat_lobby`)
    const event = { type: "chat.message", message: "hello" }
    await layer.groupSend("chat_lobby", event)
    expect(await heard).toEqual([`${name}__group__chat_lobby`, vector])
  })

  test("an event of another program is received", async () => {
    const name = prefix()
    const layer = await openLayer(name)
    const channel = await layer.newChannel()
    expect(channel).toMatch(/^specific\.[0-9a-f]{32}$/)
    await layer.groupAdd("chat_lobby", channel)
    const redis = rawRedis()
    const body = Buffer.from(vector, "hex")
    const event = { type: "chat.message", message: "hello" }
    expect(await redis.publish(`${name}__group__chat_lobby`, body)).toBe(1)
    expect(await nextEvent(layer, channel)).toEqual(event)
    expect(await redis.publish(`${name}${channel}`, body)).toBe(1)
    expect(await nextEvent(layer, channel)).toEqual(event)
  })

  test("whoever has joined is heard: Redis has said so", async () => {
    const redis = await ownRedis()
    const layer = await openLayer(prefix(), redis.url)
    const channel = await layer.newChannel()
    redis.signal("SIGSTOP")
    let isJoined = false
    const joining = layer.groupAdd("room", channel).then(() => {
      isJoined = true
    })
    // A turn of the event loop is more than whoever waits for nothing needs.
    await turn()
    expect(isJoined, "joined before Redis has answered").toBe(false)
    redis.signal("SIGCONT")
    await joining
    await layer.groupSend("room", { type: "heard" })
    expect(await nextEvent(layer, channel)).toEqual({ type: "heard" })
  })

  test("a layer's connections have the options that it was given", async () => {
    const redis = await ownRedis()
    const connectionName = "chat"
    const options = { url: redis.url, redis: { connectionName } }
    const layer = await RedisPubSubChannelLayer.connect(options)
    onTestFinished(() => layer.close())
    const clients = String(await rawRedis(redis.url).client("LIST"))
    expect(clients.match(/ name=chat /g)).toHaveLength(2)
  })

  test("what makes no sense harms nobody", async () => {
    const name = prefix()
    const layer = await openLayer(name)
    const channel = await layer.newChannel()
    await layer.groupAdd("room", channel)
    const redis = rawRedis()
    for (const hex of ["c1", "", "01", "80", "92a161a162"]) {
      await redis.publish(`${name}__group__room`, Buffer.from(hex, "hex"))
    }
    await redis.publish(
      `${name}__group__room`,
      Buffer.from("81a474797065a46c617374", "hex"),
    )
    expect(await nextEvent(layer, channel)).toEqual({ type: "last" })
  })

  test("a process subscribes once a group, as long as it has members", async () => {
    const name = prefix()
    const layer = await openLayer(name)
    const redis = rawRedis()
    const group = `${name}__group__room`
    const subscribers = async () => {
      const [, count] = await redis.pubsub("NUMSUB", group)
      return count
    }
    const ann = await layer.newChannel()
    const bob = await layer.newChannel()
    await Promise.all([ann, bob].map((it) => layer.groupAdd("room", it)))
    expect(await subscribers()).toBe(1)
    expect(await redis.publish(group, Buffer.from("c0", "hex"))).toBe(1)
    await layer.closeChannel(ann)
    expect(await subscribers()).toBe(1)
    await layer.groupDiscard("room", bob)
    expect(await subscribers()).toBe(0)
    await layer.closeChannel(bob)
    expect(await redis.pubsub("CHANNELS", `${name}*`)).toEqual([])
  })
})

describe("several processes", () => {
  test("share a room with Redis", async () => {
    const env = await ownEnvironment()
    await twoServersOneRoom({ step: "05-redis", env, say: () => {} })
  })

  test("do not share it with the layer of step 4", async () => {
    const shared = twoServersOneRoom({
      step: "04-groups",
      env: {},
      say: () => {},
    })
    await expect(shared).rejects.toThrow(
      'heard "Here I am" instead of "Hello, Bob"',
    )
  })

  test(
    "hear 2,000 of 2,000 from fifty who talk at once",
    async () => {
      const env = await ownEnvironment()
      const first = await startServer("05-redis", env)
      const second = await startServer("05-redis", env)
      const heard = await flood((index) =>
        connect(index % 2 === 0 ? first : second, "/ws/chat/flood/"),
      )
      for (const one of heard) expect(one).toEqual(wholeFlood)
    },
    floodPatience,
  )
})

describe("without Redis", () => {
  test("a server that was told where it is does not start", async () => {
    const REDIS_URL = "redis://127.0.0.1:1"
    await expect(startServer("05-redis", { REDIS_URL })).rejects.toThrow(
      "There is no Redis at 127.0.0.1:1 (connect ECONNREFUSED",
    )
  })

  test("a wrong password is reported as that", async () => {
    const redis = await ownRedis()
    await rawRedis(redis.url).config("SET", "requirepass", "secret")
    for (const user of ["", ":wrong@"]) {
      const REDIS_URL = redis.url.replace("//", `//${user}`)
      await expect(startServer("05-redis", { REDIS_URL })).rejects.toThrow(
        /does not accept the password in REDIS_URL \((NOAUTH|WRONGPASS)/,
      )
    }
  })

  test("one that hangs is as good as none", async () => {
    const redis = await ownRedis()
    redis.signal("SIGSTOP")
    const server = startServer("05-redis", { REDIS_URL: redis.url })
    await expect(server).rejects.toThrow("(Redis does not answer)")
  })

  test("a layer that gets only one of its connections keeps none", async () => {
    const redis = await ownRedis()
    const ours = rawRedis(redis.url)
    await ours.config("SET", "maxclients", 2)
    const layer = openLayer(prefix(), redis.url)
    await expect(layer).rejects.toThrow("Redis cannot be reached")
    const connections = async () =>
      String(await ours.client("LIST")).match(/^id=/gm)
    await expect.poll(connections).toHaveLength(1)
  })

  test("an address that is none is a sentence", async () => {
    const server = startServer("05-redis", { REDIS_URL: "here" })
    await expect(server).rejects.toThrow(
      "REDIS_URL is not the address of a Redis",
    )
  })

  test("rooms stay within the process where the settings allow it", async () => {
    const settings = { url: "redis://127.0.0.1:1", prefix: "x", capacity: 1 }
    const layer = await openChannelLayer({ ...settings, mayFallBack: true })
    expect(layer).toBeInstanceOf(InMemoryChannelLayer)
  })
})

test("a layer's other errors are mistakes, and close the socket", async () => {
  class Mistaken extends InMemoryChannelLayer {
    override async groupSend(): Promise<void> {
      throw new Error("a mistake")
    }
  }
  const chat = ChatConsumer.asApplication(new Mistaken())
  const enter = await serveInProcess(chat)
  const ann = await enter("lobby")
  ann.say("hi")
  expect(await ann.closed()).toMatchObject({ code: 1011 })
  expect(ann.received).toEqual([])
})

describe("when Redis goes and comes back", () => {
  test("senders are told at once that nobody has heard them", async () => {
    const redis = await ownRedis()
    const env = { ...(await ownEnvironment()), REDIS_URL: redis.url }
    const server = await startServer("05-redis", env)
    const ann = await connect(server, "/ws/chat/lobby/")
    await redis.stop("SIGKILL")
    await server.printed(/Redis is gone/)
    const told = await answerTo(ann, "lost")
    expect(told.frame.error).toContain("Not delivered")
    expect(told.time).toBeLessThan(1_000)
  })

  test("clients stay, others may come, and the room works again", async () => {
    const redis = await ownRedis()
    const env = { ...(await ownEnvironment()), REDIS_URL: redis.url }
    const first = await startServer("05-redis", env)
    const second = await startServer("05-redis", env)
    const ann = await connect(first, "/ws/chat/lobby/")
    const bob = await connect(second, "/ws/chat/lobby/")

    await redis.stop("SIGKILL")
    await Promise.all([first, second].map((it) => it.printed(/Redis is gone/)))
    const late = await connect(first, "/ws/chat/lobby/")

    expect(await redis.start()).toBe(true)
    const back = performance.now()
    await Promise.all([first, second].map((it) => it.printed(/Redis is back/)))
    ann.say("works again")
    for (const client of [ann, bob, late]) {
      expect(await client.nextFrame()).toEqual({ message: "works again" })
    }
    expect(performance.now() - back).toBeLessThan(2_000)
  })

  test("a layer tells its listeners when it is back", async () => {
    const redis = await ownRedis()
    const name = prefix()
    const layer = await openLayer(name, redis.url)
    const channel = await layer.newChannel()
    const calls: string[] = []
    const stop = layer.onBack(() => calls.push("stopped"))
    stop()
    const back = new Promise<void>((resolve) => {
      layer.onBack(() => {
        calls.push("back")
        resolve()
      })
    })
    await redis.stop("SIGKILL")
    await redis.start()
    await back
    expect(calls).toEqual(["back"])
    // Subscribed again: what is published from now on arrives.
    await rawRedis(redis.url).publish(
      `${name}${channel}`,
      Buffer.from("81a474797065a46c617374", "hex"),
    )
    expect(await nextEvent(layer, channel)).toEqual({ type: "last" })
  })

  test("a server with nobody in it is back, too", async () => {
    const redis = await ownRedis()
    const env = { ...(await ownEnvironment()), REDIS_URL: redis.url }
    const server = await startServer("05-redis", env)
    const ann = await connect(server, "/ws/chat/lobby/")
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
    const ann = await connect(server, "/ws/chat/lobby/")
    redis.signal("SIGSTOP")
    const told = await answerTo(ann, "hangs")
    expect(told.frame.error).toContain("Not delivered")
    expect(told.time).toBeLessThan(1_000)
    const late = await connect(server, "/ws/chat/lobby/")
    await late.close()
    redis.signal("SIGCONT")
  })

  /** Says something, and takes the time until the answer, in ms. */
  async function answerTo(client: SocketClient, message: string) {
    const begin = performance.now()
    client.say(message)
    const frame = await client.nextFrame()
    return { frame, time: performance.now() - begin }
  }
})
