import { Redis } from "ioredis"
import { describe, expect, onTestFinished, test, vi } from "vitest"
import { defaultRedisUrl } from "../../workbook/machine/redis.ts"
import { emptyRedis } from "../support/core-load.ts"
import { openCore } from "../support/open-core.ts"
import { patient } from "../support/patient.ts"
import { quickUsers } from "../support/quick-users.ts"
import { ownEnvironment, startServer } from "../support/servers.ts"
import { ids, texts, Visitor } from "../support/visitor.ts"

const [clients, each] = [50, 40]
const all = clients * each

describe(`a burst of ${clients} times ${each} messages, with a capacity of 100`, () => {
  test("loses most of them if nothing but the layer delivers", async () => {
    const { hosts, redis } = await emptyRedis()
    const [sender, receiver] = [
      await openCore({ hosts }),
      await openCore({ hosts, buffer: { capacity: all } }),
    ]
    const channel = await receiver.newChannel()
    await receiver.groupAdd("room", channel)
    await Promise.all(
      Array.from({ length: all }, (_, count) => {
        return sender.groupSend("room", { type: "x", count })
      }),
    )
    await vi.waitUntil(
      async () => (await redis.keys("asgispecific*")).length === 0,
      patient,
    )
    await sender.groupSend("room", { type: "the end" })
    let delivered = 0
    while ((await receiver.receive(channel)).type === "x") delivered++
    expect(delivered).toBeGreaterThanOrEqual(100)
    expect(delivered).toBeLessThan(all / 2)
  })

  test.each(["core", "pubsub"])(
    "with the chat on the layer %s, each client shows all of them, once and in order",
    async (CHANNEL_LAYER) => {
      const own = await ownEnvironment()
      const env = { ...own, LIMITS: "off", CHANNEL_LAYER }
      const servers = [
        await startServer("11-django", env),
        await startServer("11-django", env),
      ] as const
      const [headers = {}] = await quickUsers(env, ["ann"])
      const visitors = await Promise.all(
        Array.from({ length: clients }, (_, index) => {
          const server = servers[index % 2 === 0 ? 0 : 1]
          return Visitor.enter(server, "lobby", headers)
        }),
      )
      for (const [index, visitor] of visitors.entries()) {
        for (let count = 0; count < each; count++) {
          visitor.say(`${index} ${count}`, `key ${index} ${count}`)
        }
      }
      await Promise.all(visitors.map(acknowledged))
      await untilNothingWaits(own.CHANNEL_PREFIX ?? "")
      // A client that missed the last ones finds out with the next message.
      const [ann] = visitors
      ann?.say("the end", "the end")
      const [first = [], ...others] = await Promise.all(visitors.map(shown))
      expect(ids(first)).toEqual(ids(first).toSorted((a, b) => a - b))
      expect(new Set(texts(first)).size).toBe(all + 1)
      expect(first).toHaveLength(all + 1)
      for (const it of others) expect(ids(it)).toEqual(ids(first))
    },
    60_000,
  )
})

function framesOf(visitor: Visitor) {
  return visitor.client.received.map((frame) => JSON.parse(frame))
}

/** Resolves when all messages of a client are stored. What a busy server has
 * refused is sent again, as the page does. */
async function acknowledged(visitor: Visitor): Promise<void> {
  let again = 0
  const isDone = () => {
    const frames = framesOf(visitor)
    const refused = frames.filter(({ error, key }) => error && key)
    for (const { key } of refused.slice(again)) {
      visitor.say(String(key).replace("key ", ""), key)
      again++
    }
    return frames.filter(({ ack }) => ack).length === each
  }
  await vi.waitUntil(isDone, { timeout: 40_000, interval: 200 })
}

async function untilNothingWaits(prefix: string): Promise<void> {
  const redis = new Redis(process.env.REDIS_URL || defaultRedisUrl)
  onTestFinished(() => redis.disconnect())
  const nothing = async () => {
    return (await redis.keys(`${prefix}specific*`)).length === 0
  }
  await vi.waitUntil(nothing, { timeout: 10_000 })
}

/** The messages that a client has shown, up to the last one. */
async function shown(visitor: Visitor) {
  const messages = () => framesOf(visitor).filter(({ message }) => message)
  await vi.waitUntil(() => messages().at(-1)?.message === "the end", {
    timeout: 10_000,
    interval: 200,
  })
  return messages()
}
