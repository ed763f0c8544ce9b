import { describe, expect, test } from "vitest"
import type { LayerEvent } from "../../steps/04-groups/channel-layer.ts"
import { coreLayer, keysOf, rawRedis, redisUrl } from "../support/core-layer.ts"
import { receive } from "../support/layer-suite.ts"
import { load } from "../support/load.ts"
import { RedisProxy } from "../support/redis-proxy.ts"
import { did } from "../support/story.ts"

const { payloadOf, readPayload } = await load<
  typeof import("../../steps/11-django/layer/payload.ts")
>("11-django/layer/payload.ts")
const { jsonSerializer, msgpackSerializer } = await load<
  typeof import("../../steps/11-django/layer/serializers.ts")
>("11-django/layer/serializers.ts")
const { encrypted } = await load<
  typeof import("../../steps/11-django/layer/encrypted.ts")
>("11-django/layer/encrypted.ts")
const { hostIndexOf, queueOf } = await load<
  typeof import("../../steps/11-django/layer/hosts.ts")
>("11-django/layer/hosts.ts")
const { increasingClock } = await load<
  typeof import("../../steps/11-django/layer/increasing-clock.ts")
>("11-django/layer/increasing-clock.ts")

const random = Buffer.from("000102030405060708090a0b", "hex")
const queue = "specific.0123456789abcdef0123456789abcdef!"
const [ann, bob] = [queue + "a".repeat(32), queue + "b".repeat(32)]
const hello = { type: "chat.message", message: "hello" }

/** A name of 74 letters, as MessagePack writes it. */
const packed = (name: string) => `d94a${Buffer.from(name).toString("hex")}`

/** {"type": "chat.message", "message": "hello", "__asgi_channel__": … */
const helloFor =
  "83a474797065ac636861742e6d657373616765a76d657373616765a568656c6c6f" +
  "b05f5f617367695f6368616e6e656c5f5f"

interface Vector {
  readonly what: string
  readonly event: LayerEvent
  readonly channels: string | string[] | undefined
  readonly hex: string
}

/** Each was written by `channels_redis` with these random bytes. */
const vectors: Vector[] = [
  {
    what: "an event for one channel",
    event: hello,
    channels: ann,
    hex: helloFor + packed(ann),
  },
  {
    what: "an event for two members of a group",
    event: hello,
    channels: [ann, bob],
    hex: `${helloFor}92${packed(ann)}${packed(bob)}`,
  },
  {
    what: "an event for a channel with a fixed name",
    event: { type: "generate", id: 123_456_789 },
    channels: undefined,
    hex: "82a474797065a867656e6572617465a26964ce075bcd15",
  },
  {
    what: "an event with each kind of data",
    event: {
      ...{ type: "x", n: null, t: true, f: 1.5, i: -1 },
      ...{ b: Buffer.from("00ff", "hex"), l: [1], d: { k: "v" }, u: "é😀" },
    },
    channels: undefined,
    hex:
      "89a474797065a178a16ec0a174c3a166cb3ff8000000000000a169ffa162c40200ff" +
      "a16c9101a16481a16ba176a175a6c3a9f09f9880",
  },
]

describe("the bytes are those of channels_redis.core:", () => {
  test.each(vectors)("$what", ({ event, channels, hex }) => {
    const payload = payloadOf(event, channels, msgpackSerializer, random)
    expect(payload.toString("hex")).toBe(random.toString("hex") + hex)
    const read = readPayload(payload)
    expect(read.channels).toEqual(channels && [channels].flat())
    expect(read.event).toMatchObject({ type: event.type })
    const again = payloadOf(read.event, channels, msgpackSerializer, random)
    expect(again.toString("hex"), "what was read, written").toBe(
      payload.toString("hex"),
    )
  })

  test.each([1, { ann: 1 }, [ann, 1], null])(
    "%j is not a list of channels",
    (channels) => {
      const event = { type: "x", __asgi_channel__: channels }
      const message = payloadOf(event, undefined, msgpackSerializer, random)
      expect(() => readPayload(message)).toThrow("not a list of names")
    },
  )

  test("an event in JSON", () => {
    const event = { type: "chat.message", message: "hé", n: null }
    const body = '{"type": "chat.message", "message": "h\\u00e9", "n": null}'
    const payload = payloadOf(event, undefined, jsonSerializer, random)
    expect(payload.subarray(12).toString()).toBe(body)
    expect(readPayload(payload, jsonSerializer).event).toEqual(event)
  })

  test("lists, emoji and control characters in JSON", () => {
    const body =
      '{"type": "x", "a": [1, {"b": 2.5}], "u": "\\ud83d\\ude00\\u007f\\n"}'
    const event = { type: "x", a: [1, { b: 2.5 }], u: "😀\u007f\n" }
    const written = Buffer.from(jsonSerializer.encode(event)).toString()
    expect(written).toBe(body)
    expect(jsonSerializer.decode(Buffer.from(written))).toEqual(event)
  })

  const token =
    "gAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAK8a4IWFJHwSsYEGOUQ33NVN710RRH89fmrUr" +
    "LfZOwimuxGNRP6lTuHJV3jADiZzKg=="
  const atFirst = {
    ttlSeconds: 70,
    now: () => 0,
    vector: () => new Uint8Array(16),
  }
  const secret = (...keys: string[]) =>
    encrypted(msgpackSerializer, { keys, ...atFirst })

  test("an encrypted event", () => {
    const serializer = secret("secret")
    const written = serializer.encode({ type: "x" })
    expect(Buffer.from(written).toString()).toBe(token)
    expect(serializer.decode(Buffer.from(token))).toEqual({ type: "x" })
  })

  test("an encrypted event has only letters that are safe in an address", () => {
    for (let index = 0; index < 50; index++) {
      const written = encrypted(msgpackSerializer, {
        ...{ keys: ["secret"], ttlSeconds: 70 },
      }).encode({ type: "x", index })
      expect(Buffer.from(written).toString()).toMatch(/^[\w-]+=*$/)
    }
  })

  test("the first key encrypts, and each key decrypts", () => {
    const changing = secret("new", "secret")
    expect(changing.decode(Buffer.from(token))).toEqual({ type: "x" })
    const written = changing.encode({ type: "x" })
    expect(secret("new").decode(written)).toEqual({ type: "x" })
    expect(() => secret("secret").decode(written)).toThrow("unknown key")
  })

  test("an encrypted event that was changed, cut, or kept for too long is refused", () => {
    const body = Buffer.from(token)
    const at = (seconds: number) =>
      encrypted(msgpackSerializer, {
        ...atFirst,
        keys: ["secret"],
        now: () => seconds * 1_000,
      })
    expect(at(70).decode(body)).toEqual({ type: "x" })
    expect(() => at(71).decode(body)).toThrow("too long ago")
    for (const index of [0, 20, 40, 60, 90]) {
      const changed = Buffer.from(body)
      changed[index] = changed[index] === 65 ? 66 : 65
      expect(() => at(0).decode(changed)).toThrow("unknown key")
      const cut = body.subarray(0, index)
      expect(() => at(0).decode(cut)).toThrow("unknown key")
    }
  })

  test("which host has a name", () => {
    const hosts = [2, 3, 4, 10]
    const of = (name: string) => hosts.map((count) => hostIndexOf(name, count))
    expect(of("chat_lobby")).toEqual([1, 1, 2, 5])
    expect(of("chat_general")).toEqual([1, 1, 2, 6])
    expect([hostIndexOf("key_one", 2), hostIndexOf("key_one", 10)]).toEqual([
      1, 6,
    ])
    expect([hostIndexOf("key_two", 2), hostIndexOf("key_two", 10)]).toEqual([
      0, 4,
    ])
    expect(hostIndexOf("chat_lobby", 1)).toBe(0)
    expect(["a.b!c", "a!", "dice"].map(queueOf)).toEqual(["a.b!", "a!", "dice"])
  })
})

describe("the commands are those of channels_redis.core:", () => {
  const seconds = /^\d{10}(\.\d+)?$/

  /** Fits a time that was taken now, or so many seconds ago. */
  const time = (ago = 0) =>
    expect.toSatisfy((word) => {
      const late = Date.now() / 1_000 - ago - Number(word)
      return seconds.test(`${word}`) && late > -2 && late < 10
    }, `a time about ${ago} seconds ago`)

  test("joining, sending, receiving and leaving", async () => {
    const proxy = await RedisProxy.open(redisUrl)
    const all: (readonly string[])[] = []
    proxy.onCommand = (words) => all.push(words)
    const { layer, prefix } = await coreLayer({ hosts: [proxy.url] })
    const redis = rawRedis()
    const channel = await layer.openFor("Ann")
    const key = prefix + queueOf(channel)
    const group = `${prefix}:group:room`
    const flight = `${key}$inflight`
    const script = expect.stringContaining("redis.call")
    const any = expect.any(String)
    expect(channel).toMatch(/^specific\.[0-9a-f]{32}![0-9a-f]{32}$/)

    await layer.groupAdd("room", channel)
    await layer.groupSend("room", hello)
    await receive(layer, channel)
    await expect.poll(() => redis.zcard(flight)).toBe(0)
    await layer.groupDiscard("room", channel)
    const own = (name: RegExp) => all.filter(([word = ""]) => name.test(word))
    expect(all.filter(([, name]) => name === group)).toEqual([
      ["ZADD", group, time(), channel],
      ["EXPIRE", group, "86400"],
      ["ZREMRANGEBYSCORE", group, "0", time(86_400)],
      ["ZRANGE", group, "0", "-1"],
      ["ZREM", group, channel],
    ])
    const scripts = own(/^EVAL$/)
    const [send] = scripts.filter(([, , count]) => count === "1")
    expect(send).toEqual(["EVAL", script, "1", key, any, "100", time(), "60"])
    const cleaning = scripts.filter(([, , count]) => count === "0")
    expect(cleaning[0]).toEqual(["EVAL", script, "0", key, flight])
    expect(own(/^ZREMRANGEBYSCORE$/)[1]).toEqual([
      ...["ZREMRANGEBYSCORE", key, "0", time(60)],
    ])
    expect(own(/^BZPOPMIN$/)[0]).toEqual(["BZPOPMIN", key, "5"])
    const inFlight = all.filter(([, name]) => name === flight)
    expect(inFlight).toEqual([
      ["ZADD", flight, time(), any],
      ["EXPIRE", flight, "60"], // not in channels_redis
      ["ZPOPMIN", flight],
    ])
    expect(Number(inFlight[0]?.[2]), "its time").toBe(Number(send?.[6]))

    await layer.send("dice", hello)
    expect(all.filter(([, name]) => name === `${prefix}dice`)).toEqual([
      ["ZREMRANGEBYSCORE", `${prefix}dice`, "0", time(60)],
      ["ZCOUNT", `${prefix}dice`, "-inf", "+inf"],
      ["ZADD", `${prefix}dice`, time(), any],
      ["EXPIRE", `${prefix}dice`, "60"],
    ])
    await redis.del(`${prefix}dice`)
    await layer.close()
    expect(await keysOf(redis, prefix)).toEqual([])
  })
})

describe("an increasing clock", () => {
  /** A clock on a computer whose clocks a check sets. */
  function onComputer() {
    const at = { now: 1_800_000_000_000, elapsed: 5_000 }
    const clock = increasingClock({
      now: () => at.now,
      elapsed: () => at.elapsed,
    })
    return { at, clock }
  }

  test("returns a later time at each call, within a millisecond as well", () => {
    const { at, clock } = onComputer()
    const times = Array.from({ length: 1_000 }, clock)
    expect(times[0]).toBe(1_800_000_000)
    expect(times).toEqual([...new Set(times)].sort((one, other) => one - other))
    at.now += 2
    at.elapsed += 2.5
    expect(clock()).toBeCloseTo(1_800_000_000.0025, 5)
  })

  test("keeps the order when the time of day is set back", () => {
    const { at, clock } = onComputer()
    const before = clock()
    did("the time of day is set back by an hour")
    at.now -= 3_600_000
    const after = [clock(), clock()]
    expect(after[0]).toBeGreaterThan(before)
    expect(after[1]).toBeGreaterThan(after[0] ?? 0)
    expect(after[1]).toBeLessThan(before + 0.001)
  })

  test("follows the time of day after the computer has slept", () => {
    const { at, clock } = onComputer()
    clock()
    did("the computer sleeps for an hour, and only one of its clocks goes on")
    at.now += 3_600_000
    expect(clock()).toBeCloseTo(1_800_003_600, 5)
  })
})
