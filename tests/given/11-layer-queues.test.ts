import { encode } from "@msgpack/msgpack"
import { describe, expect, test } from "vitest"
import { coreLayer, ownPrefix } from "../support/core-layer.ts"
import { receive } from "../support/layer-suite.ts"
import { load } from "../support/load.ts"
import { queueOfEvents } from "../support/queue-of-events.ts"
import { did } from "../support/story.ts"

const { jsonSerializer } = await load<
  typeof import("../../steps/11-django/layer/serializers.ts")
>("11-django/layer/serializers.ts")
const { plainEvent } = await load<
  typeof import("../../steps/11-django/layer/plain-event.ts")
>("11-django/layer/plain-event.ts")

const elsewhere = "specific.elsewhere!"
const numbered = (count: number) => ({ type: "x", count })

/** Two processes with one Redis. */
async function twoLayers() {
  const prefix = ownPrefix()
  const { layer: one, redis } = await coreLayer({ prefix })
  const { layer: other } = await coreLayer({ prefix })
  return { one, other, redis, prefix }
}

describe("a queue in Redis", () => {
  test("is shared by all channels of a process: a full one throws ChannelFull for each", async () => {
    const { layer, redis, prefix } = await coreLayer({ capacity: 3 })
    const [dave, erin] = [`${elsewhere}dave`, `${elsewhere}erin`]
    for (const count of [1, 2]) await layer.send(dave, numbered(count))
    await layer.send(erin, numbered(3))
    for (const channel of [dave, erin]) {
      const sending = layer.send(channel, numbered(4))
      await expect(sending).rejects.toThrow(`Channel ${channel} is full`)
    }
    await layer.send("specific.third!", numbered(1))
    await redis.del(prefix + elsewhere, `${prefix}specific.third!`)
  })

  test("that is full loses a group's events without an error, and the others get them", async () => {
    const { layer, redis, prefix } = await coreLayer({ capacity: 3 })
    const ann = await layer.openFor("Ann")
    await layer.groupAdd("room", ann)
    await layer.groupAdd("room", `${elsewhere}dave`)
    for (const count of [1, 2, 3, 4, 5]) {
      await layer.groupSend("room", numbered(count))
      expect(await receive(layer, ann)).toEqual(numbered(count))
    }
    expect(await redis.zcard(prefix + elsewhere)).toBe(3)
    await redis.del(prefix + elsewhere, `${prefix}:group:room`)
  })

  test("forgets messages that nothing has taken for a minute", async () => {
    const { layer, redis, prefix } = await coreLayer({ capacity: 2 })
    const key = prefix + elsewhere
    const now = Date.now() / 1_000
    await redis.zadd(key, now - 62, "old", now - 50, "newer")
    await layer.send(`${elsewhere}dave`, numbered(1))
    await layer.groupAdd("room", `${elsewhere}dave`)
    expect(await redis.zcard(key), "the newer one, and that event").toBe(2)
    await redis.zadd(key, now - 62, "old")
    await layer.groupSend("room", numbered(2))
    expect(await redis.zrange(key, "0", "0")).toEqual(["newer"])
    await redis.del(key, `${prefix}:group:room`)
  })

  test("gives a channel that joined a day ago no more events of the group", async () => {
    const { layer, redis, prefix } = await coreLayer()
    const [ann, bob] = [await layer.openFor("Ann"), await layer.openFor("Bob")]
    for (const it of [ann, bob]) await layer.groupAdd("room", it)
    const group = `${prefix}:group:room`
    did("a day and two seconds pass for Ann")
    await redis.zadd(group, Date.now() / 1_000 - 86_402, ann)
    await layer.groupSend("room", numbered(1))
    expect(await receive(layer, bob)).toEqual(numbered(1))
    expect(await redis.zrange(group, "0", "-1")).toEqual([bob])
  })
})

describe("two processes", () => {
  test("share a group, and each event arrives once at each member", async () => {
    const { one, other } = await twoLayers()
    const members = [
      { layer: one, channel: await one.openFor("Ann") },
      { layer: one, channel: await one.openFor("Bob") },
      { layer: other, channel: await other.openFor("Carol") },
    ]
    for (const { layer, channel } of members) {
      await layer.groupAdd("room", channel)
    }
    await one.groupSend("room", numbered(1))
    await other.groupSend("room", numbered(2))
    for (const { layer, channel } of members) {
      expect(await receive(layer, channel)).toEqual(numbered(1))
      expect(await receive(layer, channel)).toEqual(numbered(2))
    }
  })

  test("see 50 events that one of them sends at once in their order", async () => {
    const { one, other } = await twoLayers()
    const carol = await other.openFor("Carol")
    await other.groupAdd("room", carol)
    const counts = Array.from({ length: 50 }, (_, index) => index)
    await Promise.all(
      counts.map((count) => one.groupSend("room", numbered(count))),
    )
    for (const count of counts) {
      expect(await receive(other, carol)).toEqual(numbered(count))
    }
  })

  test("reach each other's channels by their names", async () => {
    const { one, other } = await twoLayers()
    const carol = await other.openFor("Carol")
    await one.send(carol, numbered(1))
    expect(await receive(other, carol)).toEqual(numbered(1))
  })

  test("encrypt for each other, and drop what another key has encrypted", async () => {
    const prefix = ownPrefix()
    const keys = { symmetricEncryptionKeys: ["new", "old"] }
    const { layer: one, redis } = await coreLayer({ prefix, ...keys })
    const ann = await one.openFor("Ann")
    await one.groupAdd("room", ann)
    const { layer: other } = await coreLayer({
      prefix,
      symmetricEncryptionKeys: ["old"],
    })
    await other.groupSend("room", numbered(1))
    expect(await one.receive(ann)).toEqual(numbered(1))
    await one.send("dice", { type: "secret" })
    const [message] = await redis.zrange(`${prefix}dice`, "0", "0")
    expect(message).not.toContain("secret")
    await redis.del(`${prefix}dice`)
  })

  test("can use JSON, and an event with bytes is a TypeError then", async () => {
    const prefix = ownPrefix()
    const json = { prefix, serializer: jsonSerializer }
    const { layer: one } = await coreLayer(json)
    const { layer: other } = await coreLayer(json)
    const carol = await other.openFor("Carol")
    await other.groupAdd("room", carol)
    const bytes = { type: "x", bytes: Buffer.from("00ff", "hex") }
    await expect(one.groupSend("room", bytes)).rejects.toThrow(TypeError)
    await expect(one.send(carol, bytes)).rejects.toThrow(TypeError)
    await one.groupSend("room", { type: "x", text: "é😀" })
    expect(await receive(other, carol)).toEqual({ type: "x", text: "é😀" })
  })
})

describe("an event", () => {
  test("has no undefined fields when it arrives, and only whole characters", async () => {
    const { layer } = await coreLayer()
    const ann = await layer.openFor("Ann")
    const inner = { a: undefined, b: null, half: "\ud83d" }
    await layer.send(ann, { type: "x", none: undefined, inner, list: [inner] })
    const clean = { b: null, half: "\ufffd" }
    const received = await receive(layer, ann)
    expect(received).toStrictEqual({ type: "x", inner: clean, list: [clean] })
  })

  class Point {}
  test.each([
    ["a date", { type: "x", at: new Date() }],
    ["a map", { type: "x", map: new Map() }],
    ["a set, deep inside", { type: "x", list: [{ set: new Set() }] }],
    ["an object of a class", { type: "x", point: new Point() }],
    ["a bigint", { type: "x", big: 1n }],
    ["a function", { type: "x", call: () => {} }],
    ["undefined in a list", { type: "x", list: [undefined] }],
    ["the field of the layer", { type: "x", __asgi_channel__: "dice" }],
    ["no type", { text: "hi" } as never],
    ["a number as its type", { type: 1 } as never],
  ])("with %s is a TypeError, and nothing is sent", async (_what, event) => {
    const { layer } = await coreLayer()
    const ann = await layer.openFor("Ann")
    await layer.groupAdd("room", ann)
    await expect(layer.groupSend("room", event)).rejects.toThrow(TypeError)
    await expect(layer.send(ann, event)).rejects.toThrow(TypeError)
    await layer.groupSend("room", numbered(1))
    expect(await receive(layer, ann)).toEqual(numbered(1))
  })

  test("that refers to itself is a TypeError", () => {
    const event: Record<string, unknown> & { type: string } = { type: "x" }
    event.self = event
    expect(() => plainEvent(event)).toThrow(TypeError)
  })

  test("is what it was when it was sent, even if its sender changes it at once", async () => {
    const { layer } = await coreLayer()
    const ann = await layer.openFor("Ann")
    await layer.groupAdd("room", ann)
    const event = { type: "x", list: [1] }
    const sending = layer.groupSend("room", event)
    event.list.push(2)
    await sending
    expect(await receive(layer, ann)).toEqual({ type: "x", list: [1] })
  })
})

/** Messages that another program may send, and to which channels of the queue
 * they go. */
const strange: [what: string, body: unknown, goesTo: string[]][] = [
  ["is corrupt", Buffer.from("c1", "hex"), []],
  ["is cut", Buffer.from("82a474", "hex"), []],
  ["is empty", Buffer.alloc(0), []],
  ["is a number", 1, []],
  ["is nothing", null, []],
  ["is a list", [1, 2], []],
  ["has no type", { text: "hi", __asgi_channel__: ["here!ann"] }, []],
  ["lists no channel", { type: "x", __asgi_channel__: [] }, []],
  ["has no list of channels", { type: "x" }, []],
  ["lists a number", { type: "x", __asgi_channel__: ["here!ann", 1] }, []],
  ["lists a map", { type: "x", __asgi_channel__: { ann: 1 } }, []],
  [
    "lists a channel of another process",
    { type: "x", text: "hi", __asgi_channel__: ["here!ann", "there!bob"] },
    ["here!ann: hi"],
  ],
]

describe("a message of another program", () => {
  test.each(strange)(
    "that %s is reported once, and harms no other message",
    async (_what, body, goesTo) => {
      const { put, receive, delivered, ...it } = await queueOfEvents("here!")
      const bytes = Buffer.isBuffer(body) ? body : Buffer.from(encode(body))
      await put(bytes)
      await put({ type: "x", text: "next", __asgi_channel__: ["here!ann"] })
      await receive(2)
      expect(delivered).toEqual([...goesTo, "here!ann: next"])
      expect(it.printed).toHaveLength(1)
      await expect.poll(it.countInFlight).toBe(0)
    },
  )

  test("can name its channel without a list", async () => {
    const { put, receive, delivered, printed } = await queueOfEvents("here!")
    await put({ type: "x", text: "hi", __asgi_channel__: "here!ann" })
    await receive()
    expect(delivered).toEqual(["here!ann: hi"])
    expect(printed).toEqual([])
  })
})

describe("a queue whose messages have waited", () => {
  test("is emptied in batches, in order, without what is invalid", async () => {
    const { put, receive, delivered, later, ...it } =
      await queueOfEvents("here!")
    const texts = Array.from({ length: 150 }, (_, index) => `${index}`)
    const aMinuteAgo = later - 660
    for (const [index, text] of texts.entries()) {
      const event = { type: "x", text, __asgi_channel__: ["here!ann"] }
      await put(event, aMinuteAgo + index / 10)
    }
    await put("c1", aMinuteAgo + 1.05)
    await receive(3)
    expect(delivered).toEqual(texts.map((text) => `here!ann: ${text}`))
    expect(it.printed).toHaveLength(1)
    await expect.poll(it.countInFlight).toBe(0)
    expect(await it.redis.exists(it.key)).toBe(0)
  })

  test("has a fixed name: other processes get their share", async () => {
    const { put, receive, delivered, later, ...it } =
      await queueOfEvents("dice")
    for (const text of ["one", "two"]) {
      await put({ type: "x", text }, later - 660)
    }
    await receive()
    expect(delivered).toHaveLength(1)
    expect(await it.redis.zcard(it.key)).toBe(1)
  })
})

describe("a channel with a fixed name", () => {
  test("keeps its events until a process asks for them, in their order", async () => {
    const { one, other } = await twoLayers()
    for (const count of [1, 2, 3]) await one.send("dice", numbered(count))
    for (const count of [1, 2, 3]) {
      expect(await receive(other, "dice")).toEqual(numbered(count))
    }
  })

  test("gives each event to one of those that receive", async () => {
    const { one, other } = await twoLayers()
    const all = Array.from({ length: 60 }, (_, count) => count)
    const readers = all.map((index) => (index % 2 === 0 ? one : other))
    const receiving = readers.map((it) => receive(it, "dice"))
    for (const count of all) await one.send("dice", numbered(count))
    const events = await Promise.all(receiving)
    const counts = events.map(({ count }) => Number(count))
    expect(counts.sort((first, second) => first - second)).toEqual(all)
  })

  test("has one connection, even if two ask at once", async () => {
    const connectionName = ownPrefix()
    const { layer, redis } = await coreLayer({ redis: { connectionName } })
    const receiving = [layer.receive("dice"), layer.receive("dice")]
    for (const count of [1, 2]) await layer.send("dice", numbered(count))
    expect(await Promise.all(receiving)).toEqual([numbered(1), numbered(2)])
    const clients = String(await redis.client("LIST")).split(" ")
    const ours = clients.filter((it) => it === `name=${connectionName}`)
    expect(ours, "this one, and the one that sends").toHaveLength(2)
  })

  test("can be in a group", async () => {
    const { one, other, redis, prefix } = await twoLayers()
    await one.groupAdd("room", "dice")
    await one.groupSend("room", numbered(1))
    expect(await receive(other, "dice")).toEqual(numbered(1))
    await redis.del(`${prefix}:group:room`)
  })

  test("gets what a killed worker of channels_redis has taken out", async () => {
    const { put, receive, delivered, ...it } = await queueOfEvents("dice")
    await put({ type: "x", text: "later" })
    did("a process takes a message out, and is killed")
    await put({ type: "x", text: "first" }, it.later, it.inFlight)
    expect(it.printed).toEqual([])
    await receive(2)
    expect(delivered.toSorted()).toEqual(["dice: first", "dice: later"])
    await expect.poll(it.countInFlight).toBe(0)
  })

  test("throws ChannelFull when too much waits", async () => {
    const { layer, redis, prefix } = await coreLayer({ capacity: 2 })
    for (const count of [1, 2]) await layer.send("dice", numbered(count))
    const sending = layer.send("dice", numbered(3))
    await expect(sending).rejects.toThrow("Channel dice is full")
    await redis.del(`${prefix}dice`)
  })

  test("is not the name of another process' channel", async () => {
    const { layer } = await coreLayer()
    const receiving = layer.receive(`${elsewhere}dave`)
    await expect(receiving).rejects.toThrow(TypeError)
  })
})
