import { describe, expect, test } from "vitest"
import { defaultRedisUrl } from "../../workbook/machine/redis.ts"
import { signUp } from "../support/accounts.ts"
import { numbers } from "../support/conversation.ts"
import { startDeliveringChat } from "../support/delivering-chat.ts"
import { deliveringSteps } from "../support/later-steps.ts"
import { ownRedis } from "../support/own-redis.ts"
import { RedisProxy } from "../support/redis-proxy.ts"
import { connect, ownEnvironment, startServer } from "../support/servers.ts"
import { type Frame, ids, texts, Visitor } from "../support/visitor.ts"

describe.each(deliveringSteps)("in %s, while Redis is away,", (step) => {
  async function withoutRedis() {
    const redis = await ownRedis()
    const chat = await startDeliveringChat(step, { REDIS_URL: redis.url })
    const { server, other, ann, bob } = chat
    const visitors = {
      writer: await Visitor.enter(server, "lobby", ann, { name: "Ann" }),
      beside: await Visitor.enter(server, "lobby", bob, { name: "Bob" }),
      away: await Visitor.enter(other, "lobby", bob, { name: "Bob's phone" }),
    }
    await redis.stop("SIGKILL")
    for (const it of [server, other]) await it.printed(/Redis is gone/)
    return { ...chat, ...visitors, redis }
  }

  test("a message with a key is acknowledged and shown, once and without an error", async () => {
    const { server, other, redis, writer, beside, away } = await withoutRedis()
    for (const number of numbers(1, 5)) writer.say(number, `k${number}`)
    writer.say("1", "k1") // a repeat
    const frames = await writer.nextOnes(11)
    const answers = frames.filter((it) => !("message" in it))
    const acks = ids(frames).map((id, index) => ({ ack: `k${index + 1}`, id }))
    expect(answers).toEqual([...acks, acks[0]])
    expect(texts(frames)).toEqual(numbers(1, 5))
    for (const reader of [beside, away]) {
      expect(texts(await reader.upTo("5"))).toEqual(numbers(1, 5))
    }
    expect(await redis.start()).toBe(true)
    for (const it of [server, other]) await it.printed(/Redis is back/)
    writer.say("6", "k6")
    for (const it of [writer, beside, away]) {
      expect(texts(await it.upTo("6"))).toEqual(["6"])
    }
  })

  test("a message without a key gets the error of step 7, and is shown", async () => {
    const { server, ann, beside } = await withoutRedis()
    const old = await connect(server, "/ws/chat/lobby/", { headers: ann })
    old.say("hi")
    const [error, message] = await old.nextFrames(2)
    const sentence = /^Saved, but not delivered yet.*not send it again/
    expect(error).toEqual({ error: expect.stringMatching(sentence) })
    expect(message).toMatchObject({ message: "hi", author: "ann" })
    expect(texts(await beside.upTo("hi"))).toEqual(["hi"])
  })
})

describe.each(deliveringSteps)("in %s, while Redis hangs,", (step) => {
  test("a message with a key gets one answer, and is shown", async () => {
    const redis = await RedisProxy.open(
      process.env.REDIS_URL || defaultRedisUrl,
    )
    const env = { ...(await ownEnvironment()), REDIS_URL: redis.url }
    const server = await startServer(step, env)
    const [ann, bob] = [
      await signUp(server, "ann"),
      await signUp(server, "bob"),
    ]
    const writer = await Visitor.enter(server, "lobby", ann)
    const reader = await Visitor.enter(server, "lobby", bob)
    redis.hold()
    writer.say("1", "k1")
    const frames: Frame[] = await writer.upTo("1")
    expect(frames).toHaveLength(2)
    expect(frames[0]).toEqual({ ack: "k1", id: frames[1]?.id })
    expect(texts(await reader.upTo("1"))).toEqual(["1"])
    redis.release()
    // The event that was held back comes now, and is dropped by its id.
    for (const number of numbers(2, 3)) writer.say(number, `k${number}`)
    for (const it of [writer, reader]) {
      expect(texts(await it.upTo("3"))).toEqual(["2", "3"])
    }
  })
})
