import { Redis } from "ioredis"
import { describe, expect, onTestFinished, test } from "vitest"
import { load } from "../support/load.ts"
import { nextEvent } from "../support/next-event.ts"
import { openCore } from "../support/open-core.ts"
import { ownRedis } from "../support/own-redis.ts"
import { PythonLayer, testBesidePython } from "../support/python-layer.ts"
import { soon } from "../support/soon.ts"
import { namedDifference } from "../support/wire-differences.ts"

const { hostIndexOf } = await load<
  typeof import("../../steps/11-django/layer/hosts.ts")
>("11-django/layer/hosts.ts")

type Layer = Awaited<ReturnType<typeof openCore>>

/** Two Redis, in the order that all layers of a check use. */
async function twoHosts() {
  const servers = [await ownRedis(), await ownRedis()]
  const hosts = servers.map(({ url }) => url)
  const redis = hosts.map((url) => new Redis(url))
  onTestFinished(() => {
    for (const it of redis) it.disconnect()
  })
  const keys = () => Promise.all(redis.map((it) => it.keys("*")))
  return { hosts, redis, keys }
}

/** A layer whose process reads a certain host: its name is random. */
async function layerReading(host: number, hosts: readonly string[]) {
  for (;;) {
    const layer = await openCore({ hosts })
    const channel = await layer.newChannel()
    if (hostOf(channel) === host) return { layer, channel }
    await layer.close()
  }
}

function hostOf(channel: string): number {
  return hostIndexOf(`${channel.split("!")[0]}!`, 2)
}

describe("with several hosts,", () => {
  test("a group is on its host, and its members' queues are on theirs", async () => {
    const { hosts, redis, keys } = await twoHosts()
    const zero = await layerReading(0, hosts)
    const one = await layerReading(1, hosts)
    for (const { layer, channel } of [zero, one]) {
      await layer.groupAdd("key_one", channel)
      await layer.groupAdd("key_two", channel)
    }
    expect(await keys()).toEqual([
      ["asgi:group:key_two"],
      ["asgi:group:key_one"],
    ])
    const monitors = await Promise.all(redis.map(namesPopped))
    await zero.layer.groupSend("key_one", { type: "x" })
    for (const { layer, channel } of [zero, one]) {
      expect(await nextEvent(layer, channel)).toEqual({ type: "x" })
    }
    const queues = [zero, one].map(({ channel }) => {
      return `asgi${channel.split("!")[0]}!`
    })
    await expect.poll(() => monitors).toEqual(queues.map((it) => [it]))
  })

  test("a group with members on both hosts gets all messages in their order", async () => {
    const { hosts } = await twoHosts()
    const sides = [
      await layerReading(0, hosts),
      await layerReading(1, hosts),
      await layerReading(0, hosts),
    ]
    for (const { layer, channel } of sides) {
      await layer.groupAdd("room", channel)
    }
    const counts = Array.from({ length: 40 }, (_, count) => count)
    const [{ layer: sender } = { layer: await openCore({ hosts }) }] = sides
    for (const count of counts) {
      await sender.groupSend("room", { type: "x", count })
    }
    for (const { layer, channel } of sides) {
      expect(await countsOf(layer, channel, 40)).toEqual(counts)
    }
  })

  test("messages for a fixed channel use the hosts in turn, and none is lost", async () => {
    const { hosts, redis } = await twoHosts()
    const sender = await openCore({ hosts })
    const counts = Array.from({ length: 20 }, (_, count) => count)
    for (const count of counts) await sender.send("dice", { type: "x", count })
    const waiting = redis.map((it) => it.zcard("asgidice"))
    expect(await Promise.all(waiting)).toEqual([10, 10])
    const reader = await openCore({ hosts })
    const received = await countsOf(reader, "dice", 20)
    expect(received.sort((a, b) => a - b)).toEqual(counts)
  })

  testBesidePython("groups work between ours and channels_redis", async () => {
    const { hosts } = await twoHosts()
    const theirs = PythonLayer.start({ hosts })
    const bob = await theirs.newChannel()
    const { layer: ours, channel: ann } = await layerReading(
      1 - hostOf(bob),
      hosts,
    )
    for (const group of ["key_one", "key_two"]) {
      await ours.groupAdd(group, ann)
      await theirs.groupAdd(group, bob)
      for (const sender of [ours, theirs]) {
        await sender.groupSend(group, { type: "x", group })
        expect(await nextEvent(ours, ann)).toEqual({ type: "x", group })
        const event = await soon("an event", theirs.receive(bob))
        expect(event).toEqual({ type: "x", group })
      }
    }
  })
})

describe("named difference:", () => {
  namedDifference("direct-send", {
    async ours() {
      const { hosts } = await twoHosts()
      const { layer, channel } = await layerReading(0, hosts)
      const others = [channel]
      while (others.every((it) => hostIndexOf(it, 2) === 0)) {
        others.push(await layer.newChannel())
      }
      const sender = await openCore({ hosts })
      for (const it of others) {
        await sender.send(it, { type: "x" })
        expect(await nextEvent(layer, it)).toEqual({ type: "x" })
      }
    },
    async theirs() {
      const { hosts, redis } = await twoHosts()
      const theirs = PythonLayer.start({ hosts })
      let channel = await theirs.newChannel()
      while (hostIndexOf(channel, 2) === hostOf(channel)) {
        channel = await theirs.newChannel()
      }
      await theirs.send(channel, { type: "x" })
      const queue = `asgi${channel.split("!")[0]}!`
      const read = hostOf(channel)
      expect(await redis[read]?.zcard(queue)).toBe(0)
      expect(await redis[1 - read]?.zcard(queue)).toBe(1)
      // Ours reaches it.
      const ours = await openCore({ hosts })
      await ours.send(channel, { type: "y" })
      const event = await soon("an event", theirs.receive(channel))
      expect(event).toEqual({ type: "y" })
    },
  })
})

/** The names of the queues in which messages come to a Redis, from now on. */
async function namesPopped(redis: Redis): Promise<string[]> {
  const names: string[] = []
  const monitor = await redis.monitor()
  onTestFinished(() => monitor.disconnect())
  monitor.on("monitor", (_time: string, words: string[]) => {
    const [name, key = ""] = words
    if (name?.toUpperCase() !== "ZADD") return
    if (key.endsWith("$inflight")) names.push(key.replace("$inflight", ""))
  })
  return names
}

async function countsOf(layer: Layer, channel: string, count: number) {
  const counts: number[] = []
  while (counts.length < count) {
    counts.push(Number((await nextEvent(layer, channel)).count))
  }
  return counts
}
