import { spawn } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { describe, expect, onTestFinished, test, vi } from "vitest"
import { root } from "../../workbook/folders.ts"
import { killAtExit } from "../../workbook/processes/child.ts"
import { Output } from "../../workbook/processes/output.ts"
import { Unmet } from "../../workbook/unmet.ts"
import { emptyRedis, sendMany, watchExpiry } from "../support/core-load.ts"
import { nextEvent } from "../support/next-event.ts"
import { openCore } from "../support/open-core.ts"
import { patient } from "../support/patient.ts"
import { soon } from "../support/soon.ts"

const program = join(root, "tests/fixtures/channels-redis/process.ts")

test("2,000 messages leave Redis as it was, and each key expires", async () => {
  const { hosts, redis } = await emptyRedis()
  await redis.set("not ours", "kept", "EX", 1_000)
  const watched = watchExpiry(redis)
  const { sender, receiver, own, other } = await sendMany(hosts, 2_000, 50)
  await sender.groupDiscard("room", own)
  await receiver.groupDiscard("room", other)
  await expect.poll(() => redis.keys("*")).toEqual(["not ours"])
  const { looks, seen } = await watched()
  expect(seen).toEqual([])
  expect(looks).toBeGreaterThan(20)
})

test("a channel can be in 1,000 groups, and leaves them all", {
  timeout: 60_000, // 2,000 round trips
}, async () => {
  const { hosts, redis } = await emptyRedis()
  const layer = await openCore({ hosts })
  const channel = await layer.newChannel()
  const groups = Array.from({ length: 1_000 }, (_, index) => `room-${index}`)
  await Promise.all(groups.map((it) => layer.groupAdd(it, channel)))
  expect(await redis.dbsize()).toBe(1_000)
  for (const group of groups) {
    await layer.groupSend(group, { type: "x", group })
    expect(await nextEvent(layer, channel)).toEqual({ type: "x", group })
  }
  await layer.closeChannel(channel)
  await expect.poll(() => redis.dbsize()).toBe(0)
})

test("10,000 channels of a process share two connections, and all receive", async () => {
  const { hosts, redis } = await emptyRedis()
  const layer = await openCore({ hosts })
  const open = () => layer.newChannel()
  const channels = await Promise.all(Array.from({ length: 10_000 }, open))
  await Promise.all(channels.map((it) => layer.groupAdd("room", it)))
  const connections = async () => {
    return String(await redis.client("LIST")).match(/^id=/gm)?.length
  }
  expect(await connections()).toBe(2 + 1) // this check has one of its own
  await layer.groupSend("room", { type: "x" })
  const events = await soon(
    "an event in each channel",
    Promise.all(channels.map((it) => layer.receive(it))),
  )
  expect(new Set(events).size).toBe(1) // all get the same object
  expect(events).toHaveLength(10_000)
})

describe("a process that is killed", () => {
  /** @returns the channel of the process, and a function that kills it */
  async function startProcess(hosts: readonly string[], groupSeconds: number) {
    const options = {
      hosts,
      expirySeconds: 1,
      groupExpirySeconds: groupSeconds,
    }
    const words = ["--import", "tsx", program, JSON.stringify(options)]
    const child = spawn(process.execPath, words, { cwd: root })
    killAtExit(child, "SIGKILL")
    onTestFinished(() => void child.kill("SIGKILL"))
    const output = new Output(child)
    // As long as a server may take: TypeScript is compiled first.
    const found = await output.find(/^(.+)\n/, AbortSignal.timeout(25_000))
    const [, channel] = found ?? []
    if (!channel) throw new Unmet("a line with its channel", output.text)
    const kill = async () => {
      const exited = once(child, "exit")
      child.kill("SIGKILL")
      await exited
    }
    return { channel, kill }
  }

  test("leaves nothing that does not expire", {
    timeout: 60_000,
  }, async () => {
    const { hosts, redis } = await emptyRedis()
    const layer = await openCore({ hosts, expirySeconds: 1 })
    const killed = [1, 2, 3].map(async () => {
      const { channel, kill } = await startProcess(hosts, 1)
      // It is killed while it takes this out.
      await layer.send(channel, { type: "x" })
      await kill()
      await layer.send(channel, { type: "lost" })
      return channel
    })
    expect(await Promise.all(killed)).toHaveLength(3)
    expect(await redis.dbsize()).toBeGreaterThan(0)
    const isEmpty = async () => (await redis.dbsize()) === 0
    await vi.waitUntil(isEmpty, patient)
  })

  test("costs the others no more than its capacity, and they still receive", {
    timeout: 60_000,
  }, async () => {
    const { hosts, redis } = await emptyRedis()
    const { channel, kill } = await startProcess(hosts, 60)
    const layer = await openCore({ hosts, capacity: 5 })
    const ann = await layer.newChannel()
    await layer.groupAdd("room", ann)
    await kill()
    for (let count = 0; count < 20; count++) {
      await layer.groupSend("room", { type: "x", count })
      expect(await nextEvent(layer, ann)).toEqual({ type: "x", count })
    }
    expect(await redis.zcard(`asgi${channel.split("!")[0]}!`)).toBe(5)
  })
})
