import { randomBytes } from "node:crypto"
import { setImmediate as turn } from "node:timers/promises"
import { decode } from "@msgpack/msgpack"
import { expect, onTestFinished, test } from "vitest"
import type { LayerEvent } from "../steps/04-groups/channel-layer.ts"
import { checks } from "./support/checks.ts"
import { ownPrefix, rawRedis, redisUrl } from "./support/core-layer.ts"
import { load } from "./support/load.ts"
import { queueOfEvents } from "./support/queue-of-events.ts"
import { RedisProxy } from "./support/redis-proxy.ts"
import { soon } from "./support/soon.ts"
import { did } from "./support/story.ts"

const { CoreHost } = await load<
  typeof import("../steps/11-django/layer/core-host.ts")
>("11-django/layer/core-host.ts")
const { increasingClock } = await load<
  typeof import("../steps/11-django/layer/increasing-clock.ts")
>("11-django/layer/increasing-clock.ts")
const { msgpackSerializer } = await load<
  typeof import("../steps/11-django/layer/serializers.ts")
>("11-django/layer/serializers.ts")

/** An event for channels of the queue "specific.here!". */
function forChannels(text: string, ...names: string[]): LayerEvent {
  const channels = names.map((name) => `specific.here!${name}`)
  return { type: "x", text, __asgi_channel__: channels }
}

checks("11-django/pop-and-buffer", () => {
  test("an event is delivered to each channel that its message lists", async () => {
    const { put, receive, delivered } = await queueOfEvents()
    await put(forChannels("hi", "ann", "bob"))
    await put(forChannels("hello", "carol"))
    await receive(2)
    expect(delivered).toEqual([
      "specific.here!ann: hi",
      "specific.here!bob: hi",
      "specific.here!carol: hello",
    ])
  })

  test("the oldest message comes first", async () => {
    const { put, receive, delivered, later } = await queueOfEvents()
    await put(forChannels("two", "ann"), later + 0.5)
    await put(forChannels("three", "ann"), later + 0.75)
    await put(forChannels("one", "ann"), later + 0.25)
    await receive(3)
    const texts = delivered.map((it) => it.replace(/.*: /, ""))
    expect(texts).toEqual(["one", "two", "three"])
  })

  test("one call of receive takes one message", async () => {
    const { put, receive, delivered, redis, key } = await queueOfEvents()
    for (const text of ["one", "two"]) await put(forChannels(text, "ann"))
    await receive()
    expect(delivered).toEqual(["specific.here!ann: one"])
    expect(await redis.zcard(key), "messages in the queue").toBe(1)
  })

  test("receive waits for a message that comes later", async () => {
    const { put, receive, delivered, untilItWaits } = await queueOfEvents()
    const received = receive()
    const waiting = untilItWaits().then(() => "waits")
    const first = await Promise.race([waiting, received])
    expect(first, "the queue").toBe("waits")
    await put(forChannels("hi", "ann"))
    await received
    expect(delivered).toEqual(["specific.here!ann: hi"])
  })

  test("receive ends without an event if Redis answers that none has come", async () => {
    const { put, receive, delivered, untilItWaits, redis } =
      await queueOfEvents()
    const received = receive()
    const id = await soon("a BZPOPMIN that waits", untilItWaits())
    did("CLIENT UNBLOCK: as if five seconds had passed")
    await redis.client("UNBLOCK", id)
    await received
    expect(delivered).toEqual([])
    await put(forChannels("hi", "ann"))
    await receive()
    expect(delivered).toEqual(["specific.here!ann: hi"])
  })

  test("a message is in flight before its event is delivered", async () => {
    const proxy = await RedisProxy.open(redisUrl)
    const { put, receive, delivered, untilItWaits, ...it } =
      await queueOfEvents(undefined, { url: proxy.url })
    const received = receive()
    await soon("a BZPOPMIN that waits", untilItWaits())
    proxy.hold()
    await put(forChannels("hi", "ann"))
    const next = async () => {
      while (!proxy.holdsCommands && delivered.length === 0) await turn()
    }
    await soon("the next command, or a delivery", next())
    did(`${await it.countInFlight()} messages are in flight`)
    expect(delivered, "delivered before the message is in flight").toEqual([])
    proxy.release()
    await received
    expect(delivered).toEqual(["specific.here!ann: hi"])
  })

  test("a message that was delivered is in flight no more, and does not come again", async () => {
    const { put, receive, delivered, countInFlight } = await queueOfEvents()
    for (const text of ["one", "two", "three"]) {
      await put(forChannels(text, "ann"))
    }
    await receive(3)
    await expect.poll(countInFlight).toBe(0)
    const texts = delivered.map((it) => it.replace(/.*: /, ""))
    expect(texts).toEqual(["one", "two", "three"])
  })

  test("a message that is not an event is dropped, and the next one is delivered", async () => {
    const { put, receive, delivered, ...it } = await queueOfEvents()
    await put("c1")
    await receive()
    await expect.poll(it.countInFlight).toBe(0)
    await put(forChannels("hi", "ann"))
    await receive()
    expect(delivered).toEqual(["specific.here!ann: hi"])
    expect(it.printed).toHaveLength(1)
  })
})

/** Sends to members through one Redis, and reads the queues as another program
 * does. */
async function sending(capacity = 100, url = redisUrl) {
  const prefix = ownPrefix()
  const redis = rawRedis()
  const host = await CoreHost.connect(url, {
    ...{ prefix, capacity, expirySeconds: 60, groupExpirySeconds: 86_400 },
    ...{
      serializer: msgpackSerializer,
      clock: increasingClock(),
      redis: undefined,
    },
  })
  const queues = ["dice", "specific.here!", "specific.there!"]
  const keys = queues.map((it) => prefix + it)
  onTestFinished(async () => {
    host.close()
    await redis.del(keys)
  })

  return {
    ...{ prefix, redis, keys },

    async send(members: readonly string[], text: string): Promise<void> {
      did(`"${text}" is sent to ${members.join(", ") || "no member"}`)
      await host.sendToMembers(members, { type: "x", text })
    },

    /** Puts a message that is not ours into a queue. */
    async fill(queue: string, count: number): Promise<void> {
      did(`${count} messages wait in ${queue}`)
      for (let index = 0; index < count; index++) {
        await redis.zadd(
          prefix + queue,
          Date.now() / 1_000 - 1,
          randomBytes(20),
        )
      }
    },

    /** What waits, by the name of its queue: the text and the channels. */
    async waiting(): Promise<Record<string, string[]>> {
      const found: Record<string, string[]> = {}
      for (const [index, key] of keys.entries()) {
        const messages = await redis.zrangeBuffer(key, "0", "-1")
        const name = queues[index] ?? ""
        if (messages.length > 0) found[name] = messages.map(shown)
      }
      return found
    },
  }
}

function shown(message: Buffer): string {
  try {
    const body = decode(message.subarray(12)) as Record<string, unknown>
    return `${body.text} for ${JSON.stringify(body.__asgi_channel__)}`
  } catch {
    return "not an event"
  }
}

const here = ["specific.here!ann", "specific.here!bob"]
const there = ["specific.there!carol"]

checks("11-django/group-send-script", () => {
  test("channels of one process get one message, which lists them", async () => {
    const { send, waiting } = await sending()
    await send(here, "hi")
    expect(await waiting()).toEqual({
      "specific.here!": ['hi for ["specific.here!ann","specific.here!bob"]'],
    })
  })

  test("each queue gets a message for its own channels only", async () => {
    const { send, waiting } = await sending()
    await send([...there, "dice", ...here], "hi")
    expect(await waiting()).toEqual({
      dice: ['hi for ["dice"]'],
      "specific.here!": ['hi for ["specific.here!ann","specific.here!bob"]'],
      "specific.there!": ['hi for ["specific.there!carol"]'],
    })
  })

  test("one script sends to all queues", async () => {
    const proxy = await RedisProxy.open(redisUrl)
    const names: string[] = []
    proxy.onCommand = ([name = ""]) => names.push(name)
    const { send } = await sending(100, proxy.url)
    await send([...here, ...there, "dice"], "hi")
    expect(names.filter((it) => it === "EVAL")).toEqual(["EVAL"])
    expect(names.filter((it) => it === "ZADD")).toEqual([])
  })

  test("a queue that is full gets nothing, and the others do", async () => {
    const { send, waiting, fill } = await sending(2)
    await fill("specific.here!", 2)
    await fill("dice", 1)
    await send([...there, ...here, "dice"], "hi")
    const other = "not an event"
    expect(await waiting()).toEqual({
      dice: [other, 'hi for ["dice"]'],
      "specific.here!": [other, other],
      "specific.there!": ['hi for ["specific.there!carol"]'],
    })
  })

  test("50 events that are sent at once are in the order of sending", async () => {
    const { send, waiting } = await sending()
    const texts = Array.from({ length: 50 }, (_, index) => `event ${index}`)
    await Promise.all(texts.map((text) => send(there, text)))
    const { "specific.there!": found = [] } = await waiting()
    expect(found.map((it) => it.replace(/ for .*/, ""))).toEqual(texts)
  })

  test("the same event twice is two messages", async () => {
    const { send, waiting } = await sending()
    for (const text of ["hi", "hi"]) await send(there, text)
    const message = 'hi for ["specific.there!carol"]'
    expect(await waiting()).toEqual({ "specific.there!": [message, message] })
  })

  test("a message has its time in seconds, and its queue expires after a minute", async () => {
    const { send, redis, keys } = await sending()
    const begin = Date.now() / 1_000
    await send([...there, "dice"], "hi")
    for (const key of [keys[0], keys[2]] as string[]) {
      const [, time] = await redis.zrangeBuffer(key, "0", "-1", "WITHSCORES")
      const late = Math.abs(Number(time?.toString()) - begin)
      expect(late, "seconds between that and now").toBeLessThan(10)
      const seconds = await redis.ttl(key)
      expect(Math.ceil(seconds / 10), "tens of seconds until it expires").toBe(
        6,
      )
    }
  })
})
