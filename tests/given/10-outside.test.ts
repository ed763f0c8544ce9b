import { decode } from "@msgpack/msgpack"
import { Redis } from "ioredis"
import { describe, expect, onTestFinished, test } from "vitest"
import { defaultRedisUrl } from "../../workbook/machine/redis.ts"
import { listSteps } from "../../workbook/steps.ts"
import { signUp } from "../support/accounts.ts"
import { numbers } from "../support/conversation.ts"
import { layerBeside } from "../support/delivering-chat.ts"
import { connect, ownEnvironment, startServer } from "../support/servers.ts"
import { soon } from "../support/soon.ts"
import { StalledReader } from "../support/stalled-reader.ts"
import { texts, Visitor } from "../support/visitor.ts"

/** Step 10 and all later ones. */
const steps = listSteps()
  .filter(({ number }) => number >= 10)
  .map(({ name }) => name)

describe.each(steps)("in %s,", (step) => {
  test("each message is one PUBLISH, in the order of ids", async () => {
    const env = { ...(await ownEnvironment()), LIMITS: "off" }
    const server = await startServer(step, env)
    const ann = await Visitor.enter(
      server,
      "lobby",
      await signUp(server, "ann"),
    )
    const redis = new Redis(process.env.REDIS_URL || defaultRedisUrl)
    onTestFinished(() => redis.disconnect())
    const count = 100
    const events: unknown[] = []
    const all = new Promise<void>((resolve) => {
      redis.on("messageBuffer", (_key: Buffer, body: Buffer) => {
        events.push(decode(body))
        if (events.length === count) resolve()
      })
    })
    const { CHANNEL_PREFIX: prefix } = env as NodeJS.ProcessEnv
    await redis.subscribe(`${prefix}__group__chat_lobby`)
    for (const number of numbers(1, count)) ann.say(number, `key ${number}`)
    await soon(`${count} messages on Redis`, all)
    const frames = (await ann.nextOnes(2 * count)).filter(
      (frame) => "message" in frame,
    )
    const sent = frames.map((frame) => ({ type: "chat.message", ...frame }))
    expect(events).toEqual(sent)
    expect(frames.map(({ message }) => message)).toEqual(numbers(1, count))
  })

  test("another program's message without an id has the limits of a client's", async () => {
    const env = await ownEnvironment()
    const server = await startServer(step, env)
    const layer = await layerBeside(env)
    const headers = await signUp(server, "ann")
    const members = [
      await Visitor.enter(server, "lobby", headers),
      await Visitor.enter(server, "lobby", headers),
    ]
    const [mark, longest] = ["\u0301", "b".repeat(10_000)]
    const sent = [`a${mark.repeat(9_999)}`, `${longest}b`, longest, "\ud800"]
    for (const message of sent) {
      await layer.groupSend("chat_lobby", { type: "chat.message", message })
    }
    const shown = [`a${mark.repeat(8)}`, longest, "\ufffd"]
    for (const member of members) {
      expect(texts(await member.nextOnes(shown.length))).toEqual(shown)
    }
    const line = "Not shown: another program's message of 10001 characters"
    expect(server.output.split(line)).toHaveLength(2)
  })

  test("a reader that stops is closed with 1013, and costs the others nothing", async () => {
    const env = { ...(await ownEnvironment()), LIMITS: "off" }
    const server = await startServer(step, env)
    const headers = await signUp(server, "ann")
    const path = "/ws/chat/lobby/"
    const reader = await StalledReader.enter(server, path, headers)
    const ann = await connect(server, path, { headers })
    // Three bytes a letter: fewer messages fill what the system buffers.
    const text = "€".repeat(9_990)
    let count = 0
    while (!server.output.includes("is full")) {
      const burst = numbers(1, 20).map((number) => `${number} ${text}`)
      for (const message of burst) ann.say(message)
      const frames = await ann.nextFrames(burst.length)
      expect(frames.map(({ message }) => message)).toEqual(burst)
      count += burst.length
      expect(count, "messages for a reader that stops").toBeLessThan(2_000)
    }
    expect(await reader.closeCode()).toBe(1013)
  })
})
