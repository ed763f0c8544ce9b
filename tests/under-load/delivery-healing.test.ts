import { describe, expect, test } from "vitest"
import { defaultRedisUrl } from "../../workbook/machine/redis.ts"
import type { DeliveryClient } from "../../workbook/processes/delivery-client.ts"
import { numbers } from "../support/conversation.ts"
import { deliveryInProcess } from "../support/delivery-in-process.ts"
import { ownRedis } from "../support/own-redis.ts"
import { RedisProxy } from "../support/redis-proxy.ts"
import { figure } from "../support/soak.ts"
import { annAndBob } from "../support/two-processes.ts"

const redisUrl = process.env.REDIS_URL || defaultRedisUrl

/** Of step 9. */
const heartbeatMs = 20_000

describe("a message whose event is lost", () => {
  test("is shown at the next heartbeat, with no message after it", async () => {
    const options = { lookMs: 20, heartbeat: 10 }
    const { enter, layer } = await deliveryInProcess(options)
    const [ann, bob] = [await enter(), await enter()]
    layer.isLosing = true
    ann.say("lost")
    await bob.until("the lost message", () => bob.texts.includes("lost"))
    await ann.until("the lost message", () => ann.texts.includes("lost"))
    expect([ann.violations, bob.violations]).toEqual([[], []])
  })

  test("is shown at once, and in its place, when another one comes", async () => {
    const options = { lookMs: 600_000 }
    const { enter, layer } = await deliveryInProcess(options)
    const [ann, bob] = [await enter(), await enter()]
    layer.isLosing = true
    for (const text of ["1", "2", "3"]) ann.say(text)
    await ann.until("the answers", () => ann.waiting === 0)
    layer.isLosing = false
    ann.say("4")
    for (const client of [ann, bob]) {
      await client.until("the fourth message", () => client.shown.length === 4)
      expect(client.texts).toEqual(["1", "2", "3", "4"])
      expect(client.violations).toEqual([])
    }
  })
})

describe("when the layer is back", () => {
  test("what was lost meanwhile is shown at once", async () => {
    const options = { lookMs: 600_000 }
    const { enter, layer } = await deliveryInProcess(options)
    const [ann, bob] = [await enter(), await enter()]
    layer.isLosing = true
    ann.say("lost")
    await ann.until("the answer", () => ann.waiting === 0)
    layer.comeBack()
    await bob.until("the lost message", () => bob.texts.includes("lost"))
  })

  test("what is lost just after it is shown with the next look", async () => {
    const options = { lookMs: 500, heartbeat: 1_000_000 }
    const { enter, layer } = await deliveryInProcess(options)
    const [ann, bob] = [await enter(), await enter()]
    layer.comeBack()
    layer.isLosing = true
    ann.say("lost by a process that comes back later")
    await bob.until("the lost message", () => bob.shown.length === 1)
  })
})

describe("without a Redis", () => {
  test("two processes on one file show each other's messages with the next look, not the next heartbeat", async () => {
    const options = { reachesAll: false, lookMs: 50, heartbeat: 1_000_000 }
    const one = await deliveryInProcess(options)
    const other = await deliveryInProcess({ ...options, path: one.path })
    const [ann, bob] = [await one.enter(), await other.enter()]
    ann.say("from the first process")
    await bob.until("the first one's", () => bob.shown.length === 1)
    bob.say("from the second process")
    await ann.until("the second one's", () => ann.shown.length === 2)
    for (const client of [ann, bob]) {
      await client.until("both", () => client.shown.length === 2)
      const texts = ["from the first process", "from the second process"]
      expect(client.texts).toEqual(texts)
      expect(client.violations).toEqual([])
    }
  })
})

describe("when Redis is away", () => {
  test("a message reaches the members of both processes with the next look", async () => {
    const redis = await ownRedis()
    const { servers, ann, bob } = await annAndBob([redis.url, redis.url])
    await redis.stop()
    for (const server of servers) await server.printed(/Redis is gone/)
    await arrives(ann, bob, "while Redis is away")
  })
})

describe("when Redis is back", () => {
  test("a message that was saved meanwhile is shown by a process that comes back later", async () => {
    const redis = await ownRedis()
    const proxy = await RedisProxy.open(redis.url)
    const { servers, ann, bob } = await annAndBob([redis.url, proxy.url])
    await redis.stop()
    for (const server of servers) await server.printed(/Redis is gone/)
    proxy.hold()
    await redis.start()
    await servers[0].printed(/Redis is back/)
    ann.say("only one process has Redis")
    await ann.until("the answer", () => ann.waiting === 0)
    proxy.release()
    await servers[1].printed(/Redis is back/)
    await arrives(ann, bob, "both have it")
    expect(bob.texts).toEqual(["only one process has Redis", "both have it"])
  })

  test("a message that was saved meanwhile is shown by a process that had it all the time", async () => {
    const proxy = await RedisProxy.open(redisUrl)
    const { servers, ann, bob } = await annAndBob([proxy.url, redisUrl])
    proxy.hold()
    proxy.loseConnections()
    await servers[0].printed(/Redis is gone/)
    ann.say("only the other process has Redis")
    await ann.until("the answer", () => ann.waiting === 0)
    proxy.release()
    await servers[0].printed(/Redis is back/)
    await isShown(bob, "only the other process has Redis")
  })

  test("messages that were sent while a subscriber was away are shown at once", async () => {
    const proxy = await RedisProxy.open(redisUrl)
    const { servers, ann, bob } = await annAndBob([redisUrl, proxy.url])
    proxy.loseConnections()
    for (const number of numbers(1, 20)) ann.say(number)
    await ann.until("the answers", () => ann.waiting === 0)
    await servers[1].printed(/Redis is back/)
    const began = performance.now()
    await bob.until("all messages", () => bob.shown.length === 20)
    figure("after Redis is back", {
      healedMs: Math.round(performance.now() - began),
    })
    expect(bob.texts).toEqual(numbers(1, 20))
    expect(bob.violations).toEqual([])
  })
})

/** A message of one reaches the other, long before the next heartbeat. */
async function arrives(
  from: DeliveryClient,
  to: DeliveryClient,
  text: string,
): Promise<void> {
  from.say(text)
  await isShown(to, text)
  await isShown(from, text)
  expect(to.texts).toEqual(from.texts)
}

async function isShown(client: DeliveryClient, text: string): Promise<void> {
  const began = performance.now()
  const isThere = () => client.texts.includes(text)
  await client.until(text, isThere, heartbeatMs / 2)
  figure(text, { shownMs: Math.round(performance.now() - began) })
  expect(client.violations).toEqual([])
}
