import { setImmediate } from "node:timers/promises"
import { expect, onTestFinished, test } from "vitest"
import { deliveryInProcess } from "../support/delivery-in-process.ts"
import { openManySockets } from "../support/many-sockets.ts"

const members = 200

test("200 clients that return at the same moment read their room once", async () => {
  const options = { lookMs: 600_000 }
  const { enter, enterDirectly, fill, messages } =
    await deliveryInProcess(options)
  const first = await enter()
  await fill("lobby", 300)
  const { epoch } = await messages.top()
  await first.close()
  const query = `since=100&epoch=${epoch}`
  const all = Array.from({ length: members }, () => {
    return enterDirectly("lobby", query)
  })
  await expect.poll(() => all.every((it) => it.length === 201)).toBe(true)
  for (const [joined, ...frames] of all) {
    expect(JSON.parse(joined ?? "")).toEqual({
      joined: { epoch, recovered: true, count: 200, last: 300 },
    })
    expect(frames.map((it) => JSON.parse(it).message)).toEqual(
      Array.from({ length: 200 }, (_, index) => `${index + 101}`),
    )
  }
  expect(messages.counts).toMatchObject({ returns: 1, holes: 0 })
})

test("200 clients that return during a reading share the next one", async () => {
  const options = { lookMs: 600_000 }
  const { port, fill, layer, messages } = await deliveryInProcess(options)
  const { epoch } = await messages.top()
  await fill("room-0", 100)
  messages.beforeReturn = async () => {
    await expect.poll(() => layer.joins, { timeout: 10_000 }).toBe(members)
  }
  const url = `ws://127.0.0.1:${port}/ws/chat/ROOM/?since=0&epoch=${epoch}`
  const [count, together] = [members, members]
  await openManySockets({ url, count, together, frames: 101 })
  expect(messages.counts).toMatchObject({ returns: 2, holes: 0 })
})

test("200 members that miss the same message read their room once", async () => {
  const options = { lookMs: 600_000 }
  const { enter, enterDirectly, layer, messages } =
    await deliveryInProcess(options)
  const all = Array.from({ length: members }, () => {
    return enterDirectly("lobby", "since=")
  })
  await expect.poll(() => all.every((it) => it.length === 1)).toBe(true)
  const ann = await enter()
  layer.isLosing = true
  ann.say("lost")
  await ann.until("the answer", () => ann.waiting === 0)
  layer.isLosing = false
  ann.say("not lost")
  await expect.poll(() => all.every((it) => it.length === 3)).toBe(true)
  for (const [, ...frames] of all) {
    const texts = frames.map((it) => JSON.parse(it).message)
    expect(texts).toEqual(["lost", "not lost"])
  }
  expect(messages.counts).toMatchObject({ returns: 0, holes: 1 })
})

test("2,000 idle members in 50 rooms cost one query a heartbeat", async () => {
  const options = { lookMs: 50, heartbeat: 10 }
  const { enterDirectly, messages } = await deliveryInProcess(options)
  const { epoch } = await messages.top()
  const all = Array.from({ length: 2_000 }, (_, index) => {
    return enterDirectly(`room-${index % 50}`, `since=0&epoch=${epoch}`)
  })
  const heartbeats = (frames: string[]) => {
    return frames.filter((it) => it.startsWith('{"last"')).length
  }
  const fewest = () => Math.min(...all.map(heartbeats))
  await expect.poll(fewest, { timeout: 20_000 }).toBeGreaterThan(0)
  const before = { ...messages.counts }
  const from = fewest()
  await expect.poll(fewest, { timeout: 20_000 }).toBeGreaterThan(from + 2)
  const { newestIds, ...others } = messages.counts
  const queries = newestIds - before.newestIds
  expect(queries).toBeGreaterThanOrEqual(3)
  expect(queries).toBeLessThanOrEqual(fewest() - from + 1)
  expect({ ...others, newestIds: before.newestIds }).toEqual(before)
})

test("200 clients that return after 900 messages leave other clients their turn", async () => {
  const options = { lookMs: 600_000 }
  const { enterDirectly, fill, messages } = await deliveryInProcess(options)
  await fill("lobby", 900)
  const { epoch } = await messages.top()
  const all = Array.from({ length: members }, () => {
    return enterDirectly("lobby", `since=0&epoch=${epoch}`)
  })
  let isOver = false
  onTestFinished(() => {
    isOver = true
  })
  let most = 0
  const expected = members * 901
  for (let count = 0, before = 0; count < expected && !isOver; before = count) {
    await setImmediate()
    count = all.reduce((sum, { length }) => sum + length, 0)
    most = Math.max(most, count - before)
  }
  expect(most, "frames within one turn").toBeLessThan(members * 15)
})
