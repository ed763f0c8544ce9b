import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { describe, expect, test, vi } from "vitest"
import { chaos } from "../support/chaos.ts"
import { coreLayer, redisUrl } from "../support/core-layer.ts"
import { emptyRedis, sendMany, watchExpiry } from "../support/core-load.ts"
import { openCore } from "../support/open-core.ts"
import { printedErrors } from "../support/printed-errors.ts"
import { RedisProxy } from "../support/redis-proxy.ts"
import { figure } from "../support/soak.ts"

setFlagsFromString("--expose-gc")
const collectGarbage: () => void = runInNewContext("gc")

describe("the layer of channels_redis, in step 11:", () => {
  test("50,000 messages leave Redis as it was, and each key expires", async () => {
    const { hosts, redis } = await emptyRedis()
    const watched = watchExpiry(redis)
    const sent = await sendMany(hosts, 50_000, 50)
    const { sender, receiver, own, other, seconds } = sent
    await sender.groupDiscard("room", own)
    await receiver.groupDiscard("room", other)
    await expect.poll(() => redis.dbsize()).toBe(0)
    const { looks, seen } = await watched()
    figure("50,000 messages to two processes", { seconds, looks })
    expect(seen).toEqual([])
  })

  test("10,000 channels cost little", async () => {
    const { hosts } = await emptyRedis()
    const layer = await openCore({ hosts })
    const memory = () => {
      collectGarbage()
      return process.memoryUsage().heapUsed
    }
    const before = memory()
    const begin = performance.now()
    const open = () => layer.newChannel()
    const channels = await Promise.all(Array.from({ length: 10_000 }, open))
    await Promise.all(channels.map((it) => layer.groupAdd("room", it)))
    const joinedMs = Math.round(performance.now() - begin)
    const bytes = Math.round((memory() - before) / channels.length)
    const sending = performance.now()
    await layer.groupSend("room", { type: "x" })
    await Promise.all(channels.map((it) => layer.receive(it)))
    const sentMs = Math.round(performance.now() - sending)
    figure("10,000 channels", { joinedMs, bytesEach: bytes, sentMs })
    expect(bytes).toBeLessThan(4_000)
  })

  test("after 8 s without an answer of Redis, another connection is opened", async () => {
    const proxy = await RedisProxy.open(redisUrl)
    const { layer } = await coreLayer({ hosts: [proxy.url] })
    const { has } = printedErrors()
    const ann = await layer.newChannel()
    await layer.groupAdd("room", ann)
    proxy.hold()
    const sent = layer.groupSend("room", { type: "x" })
    await expect(sent).rejects.toThrow("be reached")
    const gone = () => expect(layer.reachesAll).toBe(false)
    await vi.waitFor(gone, { timeout: 10_000 })
    proxy.release()
    await has(/Redis is back/)
    await layer.groupSend("room", { type: "y" })
    expect(await layer.receive(ann)).toEqual({ type: "y" })
  })

  test("a queue that cannot be read is reported, if all else works", async () => {
    const proxy = await RedisProxy.open(redisUrl)
    const { layer } = await coreLayer({ hosts: [proxy.url] })
    const lines: string[] = []
    printedErrors((line) => lines.push(line))
    proxy.loseSubscriber() // from now on, it takes no new connection
    await layer.newChannel()
    const reported = () => expect(lines.join()).toContain("Cannot receive from")
    await vi.waitFor(reported, { timeout: 10_000 })
    expect(layer.reachesAll).toBe(true)
  })

  test("chaos: 20 clients on 2 processes show every message once, in one order", async () => {
    process.env.CHANNEL_LAYER = "core"
    const { crowd, figures } = await chaos({
      step: "11-django",
      seed: Number(process.env.SOAK_SEED || Date.now() % 2 ** 31),
      seconds: 20,
      messagesPerSecond: 50,
      killSeconds: 10,
      redisRestarts: 2,
      healSeconds: 30,
    })
    figure("chaos with the layer core", figures)
    expect(crowd.problems()).toEqual([])
    expect(crowd.delivering.flatMap((it) => it.violations)).toEqual([])
    expect(crowd.delivering.filter((it) => it.cleared > 0)).toEqual([])
    expect(figures.percent).toBe(100)
  })
})
