import { describe, expect, onTestFinished, test, vi } from "vitest"
import {
  coreLayer,
  keysOf,
  ownPrefix,
  rawRedis,
  redisUrl,
} from "../support/core-layer.ts"
import { noteErrors } from "../support/failures.ts"
import { receive } from "../support/layer-suite.ts"
import { load } from "../support/load.ts"
import { ownRedis } from "../support/own-redis.ts"
import { printedErrors } from "../support/printed-errors.ts"
import { RedisProxy } from "../support/redis-proxy.ts"

const { hostIndexOf } = await load<
  typeof import("../../steps/11-django/layer/hosts.ts")
>("11-django/layer/hosts.ts")
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

test("with two Redis, one that is lost while the other one gets its members is waited for", async () => {
  printedErrors()
  const [own, proxy] = [await ownRedis(), await RedisProxy.open(redisUrl)]
  const { layer } = await coreLayer({ hosts: [own.url, proxy.url] })
  let calls = 0
  layer.onBack(() => calls++)
  const ann = await layer.openFor("Ann")
  const groups = numbers.map((number) => `room-${number}`)
  const [onProxy = ""] = groups.filter((it) => hostIndexOf(it, 2) === 1)
  await layer.groupAdd(onProxy, ann)
  await own.stop("SIGKILL")
  await expect.poll(() => layer.reachesAll).toBe(false)
  const isHeld = new Promise<void>((resolve) => {
    proxy.onCommand = ([word = ""]) => {
      if (!/^zadd$/i.test(word)) return
      proxy.onCommand = () => {}
      proxy.hold()
      resolve()
    }
  })
  await own.start()
  await isHeld
  await own.stop("SIGKILL")
  const lost = groups.find((it) => hostIndexOf(it, 2) === 0) ?? ""
  const sent = layer.groupSend(lost, numbered(1))
  await expect(sent).rejects.toThrow("be reached")
  proxy.release()
  // Redis answers this after what it was sent before.
  for (const _ of [1, 2]) await layer.groupAdd(onProxy, ann)
  expect(calls, "calls of the listener while one is away").toBe(0)
  await own.start()
  await expect.poll(() => calls).toBe(1)
  expect(layer.reachesAll).toBe(true)
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
