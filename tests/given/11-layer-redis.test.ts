import { setTimeout as delay, setImmediate as turn } from "node:timers/promises"
import type { Redis } from "ioredis"
import { describe, expect, onTestFinished, test, vi } from "vitest"
import type { RedisCoreOptions } from "../../steps/11-django/layer/redis-core-channel-layer.ts"
import { signUp } from "../support/accounts.ts"
import {
  coreLayer,
  keysOf,
  ownPrefix,
  rawRedis,
  redisUrl,
} from "../support/core-layer.ts"
import { load } from "../support/load.ts"
import { ownRedis } from "../support/own-redis.ts"
import { patient } from "../support/patient.ts"
import { printedErrors } from "../support/printed-errors.ts"
import { queueOfEvents } from "../support/queue-of-events.ts"
import { RedisProxy } from "../support/redis-proxy.ts"
import { ownEnvironment, startServer } from "../support/servers.ts"
import { soon } from "../support/soon.ts"
import { did } from "../support/story.ts"
import { Visitor } from "../support/visitor.ts"

const { LayerUnavailable } = await load<
  typeof import("../../steps/05-redis/layer-unavailable.ts")
>("05-redis/layer-unavailable.ts")

const numbered = (count: number) => ({ type: "x", count })

/** A layer with a Redis of its own, which may go away. */
async function withOwnRedis(options: Partial<RedisCoreOptions> = {}) {
  const redis = await ownRedis()
  const own = await coreLayer({ ...options, hosts: [redis.url] })
  const { has } = printedErrors((line) => did(`printed: ${line}`))
  let calls = 0
  own.layer.onBack(() => calls++)
  return { ...own, server: redis, has, calls: () => calls }
}

/** A layer whose connections have its prefix as their name. */
function namedLayer() {
  const prefix = ownPrefix()
  return coreLayer({ prefix, redis: { connectionName: prefix } })
}

/** Kills a connection that waits for a message, once nothing is on its way. */
async function killWaiting(redis: Redis, name: string): Promise<void> {
  const id = await vi.waitFor(async () => {
    const clients = String(await redis.client("LIST")).split("\n")
    const isWaiting = (line: string) =>
      line.includes(` name=${name} `) && / flags=b /.test(line)
    const found = /^id=(\d+)/.exec(clients.find(isWaiting) ?? "")
    if (!found?.[1]) throw new Error("no connection waits for a message")
    return found[1]
  }, patient)
  did("CLIENT KILL: the connection that waits for a message")
  await redis.client("KILL", "ID", id)
}

/** How long something takes, and how it ends. */
async function timed(work: Promise<unknown>) {
  const begin = performance.now()
  const end = await work.then(
    () => "done",
    (error: unknown) =>
      error instanceof LayerUnavailable ? "LayerUnavailable" : `${error}`,
  )
  return { end, seconds: (performance.now() - begin) / 1_000 }
}

describe("while Redis is gone", () => {
  test("senders get LayerUnavailable at once, and members can open channels and join", async () => {
    const { layer, server, has } = await withOwnRedis()
    await server.stop("SIGKILL")
    await has(/Redis is gone/)
    expect(layer.reachesAll).toBe(false)
    const bob = await layer.openFor("Bob")
    const sending = await timed(layer.groupSend("room", numbered(1)))
    expect(sending.end).toBe("LayerUnavailable")
    expect(sending.seconds).toBeLessThan(1)
    const direct = await timed(layer.send(bob, numbered(1)))
    expect(direct.end).toBe("LayerUnavailable")
    const joining = await timed(layer.groupAdd("room", bob))
    expect(joining.end).toBe("done")
    expect(joining.seconds).toBeLessThan(1)
  })

  test("nothing of its members is forgotten: when it is back, empty, all are in their groups", async () => {
    const { layer, server, has, calls, redis, prefix } = await withOwnRedis()
    const [ann, dave] = [
      await layer.openFor("Ann"),
      await layer.openFor("Dave"),
    ]
    for (const it of [ann, dave]) await layer.groupAdd("room", it)
    await server.stop("SIGKILL")
    await has(/Redis is gone/)
    const bob = await layer.openFor("Bob")
    await layer.groupAdd("room", bob)
    await layer.closeChannel(dave)
    await server.start()
    await has(/Redis is back/)
    expect(layer.reachesAll).toBe(true)
    expect(calls(), "calls of the listener").toBe(1)
    const members = await redis.zrange(`${prefix}:group:room`, "0", "-1")
    expect(members.sort()).toEqual([ann, bob].sort())
    await layer.groupSend("room", numbered(1))
    for (const it of [ann, bob]) {
      const event = await soon("an event", layer.receive(it))
      expect(event).toEqual(numbered(1))
    }
  })

  test("a channel that is closed leaves its groups when the connection is back", async () => {
    const proxy = await RedisProxy.open(redisUrl)
    const { layer, prefix } = await coreLayer({ hosts: [proxy.url] })
    const { has } = printedErrors()
    const [ann, dave] = [
      await layer.openFor("Ann"),
      await layer.openFor("Dave"),
    ]
    for (const it of [ann, dave]) await layer.groupAdd("room", it)
    proxy.loseConnections()
    await has(/Redis is gone/)
    await layer.closeChannel(dave)
    await has(/Redis is back/)
    const group = `${prefix}:group:room`
    expect(await rawRedis().zrange(group, "0", "-1")).toEqual([ann])
  })
})

describe("while Redis hangs", () => {
  test("senders get LayerUnavailable within a second, and joining ends soon", async () => {
    const { layer, server, redis, prefix } = await withOwnRedis()
    const ann = await layer.openFor("Ann")
    await layer.groupAdd("room", ann)
    did("Redis is stopped for a while")
    server.signal("SIGSTOP")
    const sending = await timed(layer.groupSend("room", numbered(1)))
    expect(sending.end).toBe("LayerUnavailable")
    expect(sending.seconds).toBeLessThan(1)
    const bob = await layer.openFor("Bob")
    const joining = await timed(layer.groupAdd("room", bob))
    expect(joining.end).toBe("done")
    expect(joining.seconds).toBeLessThan(2.5)
    server.signal("SIGCONT")
    await layer.groupSend("room", numbered(2))
    const counts: unknown[] = []
    for (const it of [ann, bob]) {
      const { count } = await soon("an event", layer.receive(it))
      counts.push(count)
    }
    expect(counts).toEqual([2, 2])
    expect(await redis.zcard(`${prefix}:group:room`)).toBe(2)
  })

  test("the layer closes within three seconds", async () => {
    const { layer, server } = await withOwnRedis()
    const ann = await layer.openFor("Ann")
    await layer.groupAdd("room", ann)
    server.signal("SIGSTOP")
    const closing = await timed(layer.close())
    server.signal("SIGCONT")
    expect(closing.end).toBe("done")
    expect(closing.seconds).toBeLessThan(3)
  })
})

describe("while all connections stay open,", () => {
  test("Redis may lose everything, or a group: the members soon get events again", async () => {
    const own = await withOwnRedis({ rejoinMs: 100 })
    const { layer, redis, prefix, calls } = own
    const ann = await layer.openFor("Ann")
    const dave = await layer.openFor("Dave")
    for (const it of [ann, dave]) await layer.groupAdd("room", it)
    await layer.groupDiscard("room", dave)
    const group = `${prefix}:group:room`
    const losses = [() => redis.flushall(), () => redis.del(group)]
    for (const [count, lose] of losses.entries()) {
      await lose()
      did("the group is lost")
      const members = () => redis.zrange(group, "0", "-1")
      await expect.poll(members, { timeout: 5_000 }).toEqual([ann])
      await layer.groupSend("room", numbered(count))
      const event = await soon("an event", layer.receive(ann))
      expect(event).toEqual(numbered(count))
    }
    expect(calls(), "calls of the listener").toBe(0)
  })

  test("an open channel stays in its group for longer than a membership lasts", async () => {
    const options = { rejoinMs: 100, groupExpirySeconds: 1 }
    const { layer, redis, prefix } = await withOwnRedis(options)
    const ann = await layer.openFor("Ann")
    await layer.groupAdd("room", ann)
    await delay(3_000)
    await layer.groupSend("room", numbered(1))
    expect(await soon("an event", layer.receive(ann))).toEqual(numbered(1))
    const group = `${prefix}:group:room`
    expect(await redis.zrange(group, "0", "-1")).toEqual([ann])
  })

  test("nothing joins again once the layer closes", async () => {
    const { layer, redis, prefix } = await withOwnRedis({ rejoinMs: 1 })
    for (const name of ["Ann", "Bob", "Dave"]) {
      const channel = await layer.openFor(name)
      await layer.groupAdd("room", channel)
    }
    await delay(50)
    await layer.close()
    await delay(50)
    expect(await keysOf(redis, prefix)).toEqual([])
  })
})

describe("when the connection that waits is lost,", () => {
  test("again and again, events that are sent meanwhile arrive once, in order", async () => {
    const { layer, redis, prefix } = await namedLayer()
    const ann = await layer.openFor("Ann")
    await layer.groupAdd("room", ann)
    for (const round of [0, 100, 200, 300, 400]) {
      await killWaiting(redis, prefix)
      const counts = Array.from({ length: 30 }, (_, index) => round + index)
      for (const count of counts) await layer.groupSend("room", numbered(count))
      for (const count of counts) {
        const event = await soon("an event", layer.receive(ann))
        expect(event).toEqual(numbered(count))
      }
    }
  })

  test("a message that it has taken out is delivered, once", async () => {
    const proxy = await RedisProxy.open(redisUrl)
    const { put, receive, delivered, untilItWaits, ...it } =
      await queueOfEvents("here!", { url: proxy.url })
    const body = (text: string) => {
      return { type: "x", text, __asgi_channel__: ["here!ann"] }
    }
    const received = receive()
    await untilItWaits()
    proxy.hold()
    await put(body("one"))
    while (!proxy.holdsCommands) await turn()
    proxy.loseConnections()
    proxy.release()
    await received
    await put(body("two"))
    // The connection may be back at once, or after a call that fails.
    while (delivered.length < 2) await receive()
    expect(delivered).toEqual(["here!ann: one", "here!ann: two"])
    await expect.poll(it.countInFlight).toBe(0)
  })

  test("a message that was delivered, and is still in flight, does not come again", async () => {
    const proxy = await RedisProxy.open(redisUrl)
    const { put, receive, delivered, queue, ...it } = await queueOfEvents(
      "here!",
      { url: proxy.url },
    )
    await put({ type: "x", text: "one", __asgi_channel__: ["here!ann"] })
    await soon(
      "the end of receive",
      queue.receive(() => proxy.hold()),
    )
    while (!proxy.holdsCommands) await turn()
    proxy.loseConnections()
    proxy.release()
    expect(await it.countInFlight()).toBe(1)
    await put({ type: "x", text: "two", __asgi_channel__: ["here!ann"] })
    while (delivered.length < 1) await receive()
    expect(delivered).toEqual(["here!ann: two"])
    await expect.poll(it.countInFlight).toBe(0)
  })
})

describe("what is left in Redis", () => {
  test("is nothing after a layer was closed, with all that waited for it", async () => {
    const { layer, redis, prefix } = await namedLayer()
    const channels = [
      await layer.openFor("Ann"),
      await layer.newChannel({ prefix: "other." }),
    ]
    for (const it of channels) {
      for (const group of ["room", "hall"]) await layer.groupAdd(group, it)
    }
    await killWaiting(redis, prefix) // so events wait until it is back
    for (const count of [1, 2, 3])
      await layer.groupSend("room", numbered(count))
    const closing = await timed(layer.close())
    expect(closing.end).toBe("done")
    expect(closing.seconds).toBeLessThan(1)
    expect(await keysOf(redis, prefix)).toEqual([])
  })

  test("of 1,000 events that were received is nothing", async () => {
    const { layer, redis, prefix } = await coreLayer()
    const ann = await layer.openFor("Ann")
    await layer.groupAdd("room", ann)
    const counts = Array.from({ length: 50 }, (_, index) => index)
    for (let round = 0; round < 20; round++) {
      await Promise.all(
        counts.map((count) => layer.groupSend("room", numbered(count))),
      )
      for (const count of counts) {
        expect(await layer.receive(ann)).toEqual(numbered(count))
      }
    }
    const keys = () => keysOf(redis, prefix)
    await expect.poll(keys).toEqual([`${prefix}:group:room`])
  })

  test("of a channel that was closed is nothing", async () => {
    const { layer, redis, prefix } = await coreLayer()
    const [ann, bob] = [await layer.openFor("Ann"), await layer.openFor("Bob")]
    for (const group of ["room", "hall"]) await layer.groupAdd(group, ann)
    await layer.groupAdd("room", bob)
    await layer.closeChannel(ann)
    expect(await keysOf(redis, prefix)).toEqual([`${prefix}:group:room`])
    expect(await redis.zrange(`${prefix}:group:room`, "0", "-1")).toEqual([bob])
  })

  test("of a server is nothing after Ctrl-C, and it ends at once", async () => {
    const { server, prefix, redis } = await chatting()
    const begin = performance.now()
    expect(await server.stop("SIGINT"), "the exit code").toBe(0)
    expect((performance.now() - begin) / 1_000).toBeLessThan(3)
    expect(await keysOf(redis, prefix)).toEqual([])
    expect(server.output).not.toContain("Redis is gone")
  })

  test("of a server that was killed expires by itself", async () => {
    const { server, prefix, redis } = await chatting()
    await server.stop("SIGKILL")
    const { layer } = await coreLayer({ prefix })
    await layer.groupSend("chat_lobby", numbered(1))
    const keys = await keysOf(redis, prefix)
    expect(keys).toContain(`${prefix}:group:chat_lobby`)
    expect(keys.filter((key) => key.includes("specific."))).toHaveLength(1)
    for (const key of keys) {
      const seconds = await redis.ttl(key)
      const longest = key.includes(":group:") ? 86_400 : 60
      expect(seconds, `seconds until ${key} expires`).toBeGreaterThan(0)
      expect(seconds).toBeLessThanOrEqual(longest)
    }
  })

  test("in flight expires as well", async () => {
    const proxy = await RedisProxy.open(redisUrl)
    const { put, queue, ...it } = await queueOfEvents("here!", {
      url: proxy.url,
    })
    await put({ type: "x", text: "one", __asgi_channel__: ["here!ann"] })
    did("the process is killed while it delivers")
    await queue.receive(() => {
      proxy.hold()
      queue.close()
    })
    expect(await it.countInFlight()).toBe(1)
    const seconds = await it.redis.ttl(it.inFlight)
    expect(seconds).toBeGreaterThan(0)
    expect(seconds).toBeLessThanOrEqual(60)
  })

  /** A server of step 11 with this layer, and a member in its lobby. */
  async function chatting() {
    const own = await ownEnvironment()
    const env = { ...own, CHANNEL_LAYER: "core" }
    const server = await startServer("11-django", env)
    const headers = await signUp(server, "ann")
    const ann = await Visitor.enter(server, "lobby", headers)
    ann.say("hi", "k1")
    await ann.upTo("hi")
    const prefix = own.CHANNEL_PREFIX ?? ""
    const redis = rawRedis()
    onTestFinished(async () => {
      const keys = await keysOf(redis, prefix)
      if (keys.length > 0) await redis.del(keys)
    })
    return { server, prefix, redis }
  }
})
