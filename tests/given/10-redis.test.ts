import { Redis } from "ioredis"
import { expect, onTestFinished, test } from "vitest"
import { load } from "../support/load.ts"
import { ownRedis } from "../support/own-redis.ts"

const { PipelinedRedis } = await load<
  typeof import("../../steps/10-batching/pipelined-redis.ts")
>("10-batching/pipelined-redis.ts")

/** Two clients of a Redis that nothing else uses. */
async function clients() {
  const { url } = await ownRedis()
  const publisher = new PipelinedRedis(url, { lazyConnect: true })
  const subscriber = new Redis(url, { lazyConnect: true })
  onTestFinished(() => {
    publisher.disconnect()
    subscriber.disconnect()
  })
  await Promise.all([publisher.connect(), subscriber.connect()])
  return { publisher, subscriber }
}

test("100 publishes of a turn are one read for Redis, and stay 100 messages", async () => {
  const { publisher, subscriber } = await clients()
  const texts: string[] = []
  subscriber.on("message", (_channel, text) => texts.push(text))
  await subscriber.subscribe("room")
  const reads = async () => {
    const stats = await publisher.info("stats")
    return Number(/^total_reads_processed:(\d+)/m.exec(stats)?.[1])
  }
  const before = await reads()
  const sent = Array.from({ length: 100 }, (_, index) => `${index}`)
  const publishing = sent.map((text) => publisher.publish("room", text))
  expect(await Promise.all(publishing)).toEqual(sent.map(() => 1))
  expect((await reads()) - before, "with the one that asks").toBe(2)
  await expect.poll(() => texts).toEqual(sent)
})
