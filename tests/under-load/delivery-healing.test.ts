import { describe, expect, test } from "vitest"
import { deliveryInProcess } from "../support/delivery-in-process.ts"

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
