import { describe, expect, onTestFinished, test, vi } from "vitest"
import {
  coreLayer,
  keysOf,
  ownPrefix,
  rawRedis,
} from "../support/core-layer.ts"
import { noteErrors } from "../support/failures.ts"
import { receive } from "../support/layer-suite.ts"
import { load } from "../support/load.ts"
import { ownRedis } from "../support/own-redis.ts"
import { printedErrors } from "../support/printed-errors.ts"

const { openLayer } = await load<
  typeof import("../../steps/11-django/open-layer.ts")
>("11-django/open-layer.ts")
const { readSettings } = await load<
  typeof import("../../steps/11-django/settings.ts")
>("11-django/settings.ts")

const numbered = (count: number) => ({ type: "x", count })
const numbers = Array.from({ length: 20 }, (_, index) => index)

/** Two processes that share two Redis. */
async function twoHosts() {
  const prefix = ownPrefix()
  const servers = [await ownRedis(), await ownRedis()]
  const hosts = servers.map(({ url }) => url)
  const { layer: one } = await coreLayer({ hosts, prefix })
  const { layer: other } = await coreLayer({ hosts, prefix })
  const redis = hosts.map((url) => rawRedis(url))
  const keys = () => Promise.all(redis.map((it) => keysOf(it, prefix)))
  return { one, other, servers, keys, prefix }
}

describe("with two Redis,", () => {
  test("each group is on one of them, and its events reach the members of both processes", async () => {
    const { one, other, keys, prefix } = await twoHosts()
    const [ann, bob] = [await one.openFor("Ann"), await other.openFor("Bob")]
    for (const number of numbers) {
      await one.groupAdd(`room-${number}`, ann)
      await other.groupAdd(`room-${number}`, bob)
    }
    const groups = (await keys()).map((some) =>
      some.filter((key) => key.startsWith(`${prefix}:group:`)),
    )
    expect(groups.flat()).toHaveLength(numbers.length)
    for (const some of groups) expect(some.length).toBeGreaterThan(0)
    for (const number of numbers) {
      await other.groupSend(`room-${number}`, numbered(number))
      expect(await receive(one, ann)).toEqual(numbered(number))
      expect(await receive(other, bob)).toEqual(numbered(number))
    }
  })

  test("an event for a channel of another process arrives", async () => {
    const { one, other } = await twoHosts()
    for (const number of numbers) {
      const bob = await other.newChannel()
      await one.send(bob, numbered(number))
      expect(await receive(other, bob)).toEqual(numbered(number))
    }
  })

  test("a channel with a fixed name has a queue on each", async () => {
    const { one, other, keys, prefix } = await twoHosts()
    for (const number of numbers) await one.send("dice", numbered(number))
    expect(await keys()).toEqual([[`${prefix}dice`], [`${prefix}dice`]])
    for (const number of numbers) {
      expect(await receive(other, "dice")).toEqual(numbered(number))
    }
  })

  test("groups work again once both are back", async () => {
    const { one, servers, keys } = await twoHosts()
    const ann = await one.openFor("Ann")
    for (const number of numbers) await one.groupAdd(`room-${number}`, ann)
    printedErrors()
    for (const server of servers) await server.stop("SIGKILL")
    await expect.poll(() => one.reachesAll).toBe(false)
    for (const server of servers) await server.start()
    await expect.poll(() => one.reachesAll).toBe(true)
    const groups = (await keys()).flat().filter((key) => /:group:/.test(key))
    expect(groups).toHaveLength(numbers.length)
    for (const number of numbers) {
      await one.groupSend(`room-${number}`, numbered(number))
      expect(await one.receive(ann)).toEqual(numbered(number))
    }
  })
})

describe("the settings of the layer", () => {
  test("REDIS_HOSTS lists the Redis of the core layer, and each is required", async () => {
    const redis = await ownRedis()
    const { channelLayer } = readSettings({
      CHANNEL_LAYER: "core",
      CHANNEL_PREFIX: ownPrefix(),
      CHANNEL_CAPACITY: "1",
      REDIS_HOSTS: `${redis.url}, redis://127.0.0.1:6379`,
    })
    expect(channelLayer.hosts).toEqual([redis.url, "redis://127.0.0.1:6379"])
    expect(channelLayer.url, "where servers count together").toBe(redis.url)
    expect(channelLayer.queueCapacity).toBe(1)
    expect(channelLayer.mayFallBack).toBe(false)
    const { hosts: _, ...rest } = channelLayer
    const layer = await openLayer({ ...rest, hosts: [redis.url] })
    await layer.send("dice", numbered(1))
    await expect(layer.send("dice", numbered(2))).rejects.toThrow("is full")
    await layer.close()
  })

  test("without the core layer, what servers count together is at REDIS_URL", () => {
    const { channelLayer } = readSettings({
      REDIS_URL: "redis://127.0.0.1:6380",
      REDIS_HOSTS: "redis://127.0.0.1:6379",
    })
    expect(channelLayer.url).toBe("redis://127.0.0.1:6380")
  })

  test("an address in REDIS_HOSTS that is none ends the server with its name", () => {
    const printed = noteErrors()
    const exit = vi.spyOn(process, "exit").mockImplementation((code) => {
      throw new Error(`The process ends with ${code}`)
    })
    onTestFinished(() => exit.mockRestore())
    const env = { CHANNEL_LAYER: "core", REDIS_HOSTS: "here" }
    expect(() => readSettings(env)).toThrow("ends with 2")
    expect(printed.join()).toContain("REDIS_HOSTS is not the address")
  })
})
