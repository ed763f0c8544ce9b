import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { encode } from "@msgpack/msgpack"
import { Redis } from "ioredis"
import { describe, expect, onTestFinished, test, vi } from "vitest"
import { root } from "../../workbook/folders.ts"
import { Monitor } from "../support/monitor.ts"
import { nextEvent } from "../support/next-event.ts"
import { openCore } from "../support/open-core.ts"
import { ownRedis } from "../support/own-redis.ts"
import {
  PythonLayer,
  testBesidePython,
  type WireLayer,
} from "../support/python-layer.ts"
import { soon } from "../support/soon.ts"
import {
  asText,
  wireCapacity as capacity,
  recordConversation,
} from "../support/wire-conversation.ts"
import { differences, namedDifference } from "../support/wire-differences.ts"

const golden = join(root, "docs/golden")
const recorded = join(golden, "11-wire.txt")
/** Its first line lists the versions. */
const [versions = "", ...lines] = existsSync(recorded)
  ? readFileSync(recorded, "utf8").split("\n")
  : []
const hi = { type: "chat.message", message: "hi" }

async function ownHost() {
  const process = await ownRedis()
  const redis = new Redis(process.url)
  redis.on("error", () => {}) // some checks stop their Redis
  onTestFinished(() => redis.disconnect())
  return { process, redis, hosts: [process.url] }
}

describe("the wire format of channels_redis:", () => {
  test("ours sends to Redis what the real layer sends, in the same order", async () => {
    const { redis, hosts } = await ownHost()
    const layer = await openCore({ hosts, capacity })
    const ours = await recordConversation(layer, redis)
    expect(inCommon(asText(ours))).toBe(inCommon(lines.join("\n")))
  })

  // To record again with other versions, delete the file, and run this with -u.
  testBesidePython("the recording is what the real layer sends", async () => {
    const { redis, hosts } = await ownHost()
    const layer = PythonLayer.start({ hosts, capacity })
    const theirs = asText(await recordConversation(layer, redis))
    const installed = JSON.stringify(await layer.versions())
    const text = `${versions || installed}\n${theirs}`
    await expect(text).toMatchFileSnapshot(recorded)
  })
})

describe("named difference:", () => {
  namedDifference("in-flight", {
    async ours() {
      const { redis, hosts } = await ownHost()
      const layer = await openCore({ hosts, capacity })
      const { reading } = await recordConversation(layer, redis)
      const taken = reading.filter((it) => /^ZADD \S+!\$inflight/.test(it))
      expect(taken).toHaveLength(4)
      const next = reading.filter((_it, index) => {
        return taken.includes(reading[index - 1] ?? "")
      })
      expect(next).toEqual(taken.map((it) => `EXPIRE ${it.split(" ")[1]} 60`))
    },
    async theirs() {
      const { redis, hosts } = await ownHost()
      const layer = PythonLayer.start({ hosts, capacity })
      const { reading } = await recordConversation(layer, redis)
      expect(reading.filter((it) => /^ZADD/.test(it))).not.toEqual([])
      expect(reading.filter((it) => /^EXPIRE/.test(it))).toEqual([])
    },
  })

  namedDifference("close", {
    async ours() {
      const { redis, hosts } = await ownHost()
      const layer = await openCore({ hosts })
      await layer.groupAdd("room", await layer.newChannel())
      expect(await redis.keys("*")).toEqual(["asgi:group:room"])
      await layer.close()
      expect(await redis.keys("*")).toEqual([])
    },
    async theirs() {
      const { redis, hosts } = await ownHost()
      const layer = PythonLayer.start({ hosts })
      const channel = await layer.newChannel()
      await layer.groupAdd("room", channel)
      await layer.end()
      const members = await redis.zrange("asgi:group:room", "0", "-1")
      expect(members).toEqual([channel])
      const seconds = await redis.ttl("asgi:group:room")
      expect(seconds).toBeGreaterThan(86_000)
    },
  })

  namedDifference("shared-queue", {
    async ours() {
      const { hosts } = await ownHost()
      const options = { hosts, capacity: 1_000 }
      const readers = [await openCore(options), await openCore(options)]
      const counts = await received(readers)
      expect(counts.toSorted((a, b) => a - b)).toEqual([...counts.keys()])
      expect(counts).toHaveLength(400)
    },
    async theirs() {
      const { redis, hosts } = await ownHost()
      const reader = PythonLayer.start({ hosts })
      // Another process has it, and will remove it from there in a moment.
      const message = Buffer.concat([Buffer.alloc(12), encode(hi)])
      await redis.zadd("asgidice$inflight", Date.now() / 1_000, message)
      expect(await soon("the message", reader.receive("dice"))).toEqual(hi)
    },
  })

  namedDifference("behind", {
    async ours() {
      const { redis, hosts } = await ownHost()
      const layer = await openCore({ hosts })
      const channel = await layer.newChannel()
      const monitor = await Monitor.open(redis)
      await sendThreeOld(redis, channel)
      for (const count of [1, 2, 3]) {
        expect(await nextEvent(layer, channel)).toEqual({ type: "x", count })
      }
      const reads = await countReads(monitor, queueOf(channel))
      expect(reads.batches).toBe(1)
      expect(reads.blocking).toBeLessThanOrEqual(2)
    },
    async theirs() {
      const { redis, hosts } = await ownHost()
      const layer = PythonLayer.start({ hosts })
      const channel = await layer.newChannel()
      const monitor = await Monitor.open(redis)
      await sendThreeOld(redis, channel)
      for (const count of [1, 2, 3]) {
        const event = await soon("an event", layer.receive(channel))
        expect(event).toEqual({ type: "x", count })
      }
      const reads = await countReads(monitor, queueOf(channel))
      expect(reads.batches).toBe(0)
      expect(reads.blocking).toBeGreaterThanOrEqual(2)
    },
  })

  namedDifference("always-reading", {
    async ours() {
      const { redis, hosts } = await ownHost()
      const layer = await openCore({ hosts, capacity: 2 })
      const busy = await layer.newChannel()
      await layer.groupAdd("room", busy)
      const waiting = () => redis.zcard(queueOf(busy))
      for (const count of [1, 2, 3, 4]) {
        await layer.groupSend("room", { ...hi, count })
        await expect.poll(waiting).toBe(0)
      }
      for (const count of [1, 2, 3, 4]) {
        expect(await nextEvent(layer, busy)).toEqual({ ...hi, count })
      }
    },
    async theirs() {
      const { redis, hosts } = await ownHost()
      const layer = PythonLayer.start({ hosts, capacity: 2 })
      const busy = await layer.newIdleChannel()
      await layer.groupAdd("room", busy)
      for (const count of [1, 2, 3, 4]) {
        await layer.groupSend("room", { ...hi, count })
      }
      expect(await redis.zcard(queueOf(busy))).toBe(2)
      await layer.groupDiscard("room", busy)
      const counts = [await layer.receive(busy), await layer.receive(busy)]
      expect(counts.map(({ count }) => count)).toEqual([1, 2])
    },
  })

  namedDifference("slow-consumer", {
    async ours() {
      const { hosts } = await ownHost()
      const layer = await openCore({ hosts, buffer: { capacity: 2 } })
      const whenFull = vi.fn()
      const slow = await layer.newChannel({ whenFull })
      const quick = await layer.newChannel()
      for (const it of [slow, quick]) await layer.groupAdd("room", it)
      for (const count of [1, 2, 3]) {
        await layer.groupSend("room", { ...hi, count })
        await nextEvent(layer, quick)
      }
      expect(whenFull).toHaveBeenCalledTimes(1)
      const kept = await layer.receiveMany(slow, 5)
      expect(kept.map(({ count }) => count)).toEqual([1, 2])
    },
    async theirs() {
      const { hosts } = await ownHost()
      const layer = PythonLayer.start({ hosts, capacity: 2 })
      const slow = await layer.newIdleChannel()
      const quick = await layer.newChannel()
      for (const it of [slow, quick]) await layer.groupAdd("room", it)
      for (const count of [1, 2, 3]) {
        await layer.groupSend("room", { ...hi, count })
        await soon("an event for the quick one", layer.receive(quick))
      }
      const kept = [await layer.receive(slow), await layer.receive(slow)]
      expect(kept.map(({ count }) => count)).toEqual([2, 3])
    },
  })

  namedDifference("redis-away", {
    async ours() {
      const { process, hosts } = await ownHost()
      const layer = await openCore({ hosts })
      vi.spyOn(console, "error").mockImplementation(() => {})
      onTestFinished(() => void vi.restoreAllMocks())
      const channel = await layer.newChannel()
      await layer.groupAdd("room", channel)
      const event = nextEvent(layer, channel)
      const back = new Promise<void>((resolve) => void layer.onBack(resolve))
      await process.stop("SIGKILL")
      await process.start()
      await soon("the layer is back", back)
      await layer.groupSend("room", hi)
      expect(await event).toEqual(hi)
    },
    async theirs() {
      const { process, hosts } = await ownHost()
      const layer = PythonLayer.start({ hosts })
      const channel = await layer.newChannel()
      await layer.groupAdd("room", channel)
      await layer.groupSend("room", hi)
      expect(await soon("an event", layer.receive(channel))).toEqual(hi)
      const event = layer.receive(channel)
      event.catch(() => {}) // it may fail before it is awaited
      await process.stop("SIGKILL")
      await expect(soon("an error", event)).rejects.toThrow(/ConnectionError/)
    },
  })

  namedDifference("invalid-message", {
    async ours() {
      const { redis, hosts } = await ownHost()
      const layer = await openCore({ hosts })
      const report = vi.spyOn(console, "error").mockImplementation(() => {})
      onTestFinished(() => report.mockRestore())
      const channel = await layer.newChannel()
      const queue = `asgi${channel.split("!")[0]}!`
      const before = Date.now() / 1_000 - 1
      await redis.zadd(queue, before, "twelve bytesxx")
      await layer.send(channel, hi)
      expect(await nextEvent(layer, channel)).toEqual(hi)
      expect(report.mock.calls).toEqual([
        [expect.stringMatching(/^Dropped an invalid/), expect.any(Error)],
      ])
    },
    async theirs() {
      const { redis, hosts } = await ownHost()
      const layer = PythonLayer.start({ hosts })
      const channel = await layer.newChannel()
      await redis.zadd(`asgi${channel.split("!")[0]}!`, 1, "twelve bytesxx")
      await expect(soon("an error", layer.receive(channel))).rejects.toThrow(
        /ExtraData/,
      )
    },
  })

  test("each one in the list has its checks", () => {
    const folder = join(root, "tests/given")
    const files = readdirSync(folder).filter((it) => it.startsWith("11-wire"))
    const text = files.map((it) => readFileSync(join(folder, it), "utf8"))
    const checked = text.join("").matchAll(/namedDifference\("(.+?)"/g)
    const ids = [...checked].map(([, id]) => id)
    expect(ids.sort()).toEqual(differences.map(({ id }) => id).sort())
  })
})

/** A recording without the named differences in what is sent. */
function inCommon(recording: string): string {
  const sections = recording
    .trim()
    .split("\n\n")
    .map((section) => {
      const isShared = /^# reading [^!]*$/m.test(section)
      const lines = section.split("\n").filter((line) => {
        if (/^EXPIRE \S+\$inflight /.test(line)) return false // in-flight
        if (/^ZPOPMIN \S+! \d+$/.test(line)) return false // behind
        return !(isShared && /^Z\w+ \S+\$inflight/.test(line)) // shared-queue
      })
      return lines.join("\n")
    })
  return sections.join("\n\n")
}

/** What two processes that read the same fixed channel receive of 400 messages,
 * until each has come at least once. */
async function received(readers: readonly WireLayer[]): Promise<number[]> {
  const all: number[] = []
  for (let count = 0; count < 400; count++) {
    await readers[0]?.send("dice", { type: "x", count })
  }
  const read = async (reader: WireLayer) => {
    for (;;) all.push(Number((await reader.receive("dice")).count))
  }
  for (const it of readers) read(it).catch(() => {}) // the check ends
  await vi.waitUntil(() => new Set(all).size === 400, { timeout: 10_000 })
  return all
}

/** How often each command was sent, of those about a queue. */
async function countReads(monitor: Monitor, queue: string) {
  const commands = (await monitor.drain()).filter((it) => it.words[1] === queue)
  const count = (name: string) => {
    return commands.filter(({ words }) => words[0] === name).length
  }
  return { blocking: count("BZPOPMIN"), batches: count("ZPOPMIN") }
}

/** Three messages that have waited for a second. */
async function sendThreeOld(redis: Redis, channel: string): Promise<void> {
  const old = Date.now() / 1_000 - 1
  const messages = [1, 2, 3].map((count) => {
    const event = { type: "x", count, __asgi_channel__: channel }
    return Buffer.concat([Buffer.alloc(12), encode(event)])
  })
  const members = messages.flatMap((it, index) => [old + index / 100, it])
  await redis.zadd(queueOf(channel), ...members)
}

function queueOf(channel: string): string {
  return `asgi${channel.split("!")[0]}!`
}
