import { monitorEventLoopDelay } from "node:perf_hooks"
import { setTimeout as delay } from "node:timers/promises"
import { describe, expect, test } from "vitest"
import { defaultRedisUrl } from "../../workbook/machine/redis.ts"
import { numbers } from "../support/conversation.ts"
import { deliveryInProcess } from "../support/delivery-in-process.ts"
import { fill } from "../support/filled-room.ts"
import { inDatabase } from "../support/in-database.ts"
import { openManySockets } from "../support/many-sockets.ts"
import { Probe } from "../support/probe.ts"
import { quickUsers } from "../support/quick-users.ts"
import { RedisProxy } from "../support/redis-proxy.ts"
import { ownEnvironment, startServer } from "../support/servers.ts"
import { figure } from "../support/soak.ts"
import { annAndBob, deliveryClient } from "../support/two-processes.ts"

const redisUrl = process.env.REDIS_URL || defaultRedisUrl
const quiet = "/ws/chat/quiet/"

// The figures tell how fast it is. These bounds tell only that nothing waits for
// a timer or for all others: two cores that do something else as well keep them.
const mostReturningMs = 5_000
const mostP99Ms = 3_000

test("a lost message with none after it is shown within 25 s", async () => {
  const proxy = await RedisProxy.open(redisUrl)
  const { ann, bob } = await annAndBob([proxy.url, redisUrl])
  proxy.hold()
  const began = performance.now()
  ann.say("lost")
  await ann.until("the lost message", () => ann.shown.length === 1)
  const ownMs = Math.round(performance.now() - began)
  await bob.until("the lost message", () => bob.shown.length === 1, 30_000)
  const healedMs = Math.round(performance.now() - began)
  figure("a lost message", { ownMs, healedMs })
  expect(healedMs).toBeLessThan(25_000)
})

describe("a client that returns", () => {
  test("gets 900 messages soon, and the newest 50 of 1,001", async () => {
    const env = { ...(await ownEnvironment()), LIMITS: "off" }
    const server = await startServer("09-delivery", env)
    const [headers = {}] = await quickUsers(env, ["ann"])
    const probe = await Probe.start(server, quiet)
    const times: number[] = []
    for (const round of numbers(1, 5)) {
      const ann = await deliveryClient(() => server, headers, `room-${round}`)
      await fill(env, `room-${round}`, 900)
      const began = performance.now()
      ann.reset()
      await ann.until("900 messages", () => ann.shown.length === 900)
      times.push(Math.round(performance.now() - began))
      expect(ann.texts).toEqual(numbers(1, 900))
      expect([ann.cleared, ann.violations]).toEqual([0, []])
      await fill(env, `room-${round}`, 1_001)
      ann.reset()
      await ann.until("a new log", () => ann.shown.length === 50)
      expect(ann.texts).toEqual(numbers(952, 1_001))
      expect([ann.cleared, ann.violations]).toEqual([1, []])
    }
    const others = await probe.figures()
    figure("returns after 900 messages", { times, others })
    expect(Math.max(...times)).toBeLessThan(mostReturningMs)
    expect(others.p99).toBeLessThan(mostP99Ms)
  })

  test("does not slow others down, even when 200 return together", async () => {
    const env = { ...(await ownEnvironment()), LIMITS: "off" }
    const server = await startServer("09-delivery", env)
    const [headers = {}] = await quickUsers(env, ["ann"])
    const missed = 100
    await fill(env, "room-0", missed)
    const [epoch] = await inDatabase<{ name: string }>(
      env,
      "SELECT name FROM epoch",
    )
    const probe = await Probe.start(server, quiet)
    const times = await openManySockets({
      url: server.socketUrl(`/ws/chat/ROOM/?since=0&epoch=${epoch?.name}`),
      headers,
      count: 200,
      together: 200,
      frames: 1 + missed,
      rounds: 5,
    })
    const others = await probe.figures()
    figure("200 clients return together", { times, others })
    expect(others.p99).toBeLessThan(mostP99Ms)
  })
})

test("10,000 idle sockets cost one query a heartbeat", async () => {
  const options = { lookMs: 100, heartbeat: 30 }
  const { port, messages } = await deliveryInProcess(options)
  const { epoch } = await messages.top()
  const url = `ws://127.0.0.1:${port}/ws/chat/ROOM/?since=0&epoch=${epoch}`
  await openManySockets({ url, count: 10_000, together: 100, rooms: 100 })
  const before = { ...messages.counts }
  const looks = () => messages.counts.newestIds - before.newestIds
  const stalls: number[] = []
  for (const look of [1, 2, 3]) {
    const stall = monitorEventLoopDelay({ resolution: 1 })
    stall.enable()
    await expect.poll(looks, { timeout: 10_000 }).toBe(look)
    await delay(1_000) // until the heartbeat's frames are written
    stall.disable()
    stalls.push(Math.round(stall.max / 1_000_000))
  }
  figure("10,000 idle sockets", { stallMs: stalls })
  expect(messages.counts).toEqual({
    ...before,
    newestIds: before.newestIds + 3,
  })
})
