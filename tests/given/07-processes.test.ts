import { describe, expect, onTestFinished, test } from "vitest"
import { defaultRedisUrl } from "../../workbook/machine/redis.ts"
import { logIn, signUp } from "../support/accounts.ts"
import { historyOf, numbers, say } from "../support/conversation.ts"
import { storingSteps } from "../support/later-steps.ts"
import { load } from "../support/load.ts"
import {
  connect,
  ownEnvironment,
  startServer,
  useServer,
} from "../support/servers.ts"

const { RedisPubSubChannelLayer } = await load<
  typeof import("../../steps/05-redis/redis-pubsub-channel-layer.ts")
>("05-redis/redis-pubsub-channel-layer.ts")

describe.each(storingSteps)("%s", (step) => {
  describe("with one server", () => {
    const server = useServer(step, { LIMITS: "off" })

    test("a client that joins while others write receives every message once", async () => {
      const headers = await signUp(server(), "writer")
      const room = "/ws/chat/busy/"
      const writer = await connect(server(), room, { headers })
      const count = 200
      for (const number of numbers(1, count)) writer.say(number)
      const joiners = []
      for (let received = 0; received < count; received++) {
        await writer.nextFrame()
        if (received % 20 === 0)
          joiners.push(connect(server(), room, { headers }))
      }
      for (const joiner of await Promise.all(joiners)) {
        const { message: first } = await joiner.nextFrame()
        const left = count - Number(first)
        const rest = await joiner.nextFrames(left)
        const messages = rest.map(({ message }) => message)
        expect(messages).toEqual(numbers(Number(first) + 1, count))
      }
    })

    test("a quote in a message or in a room's name is treated like any other character", async () => {
      const headers = await signUp(server(), "quoter")
      const said = ["it's", `"); DROP TABLE messages; --`]
      await say(server(), "/ws/chat/it's/", headers, said)
      expect(await historyOf(server(), "/ws/chat/it's/", headers)).toEqual(said)
      expect(await historyOf(server(), "/ws/chat/its/", headers)).toEqual([])
    })
  })

  test("a message from another program is received but not stored", async () => {
    const env: NodeJS.ProcessEnv = {
      ...(await ownEnvironment()),
      LIMITS: "off",
    }
    const server = await startServer(step, env)
    const headers = await signUp(server, "listener")
    const ann = await connect(server, "/ws/chat/lobby/", { headers })
    const layer = await RedisPubSubChannelLayer.connect({
      url: process.env.REDIS_URL || defaultRedisUrl,
      prefix: env.CHANNEL_PREFIX,
    })
    onTestFinished(() => layer.close())
    const event = { type: "chat.message", message: "from elsewhere" }
    await layer.groupSend("chat_lobby", event)
    expect(await ann.nextFrame()).toEqual({ message: "from elsewhere" })
    expect(await historyOf(server, "/ws/chat/lobby/", headers)).toEqual([])
  })

  describe("processes on one database", () => {
    test("can start together on a new file, and write together", async () => {
      const env = { ...(await ownEnvironment()), LIMITS: "off" }
      const servers = await Promise.all(
        [1, 2, 3].map(() => startServer(step, env)),
      )
      const writers = await Promise.all(
        servers.map(async (server, index) => {
          const headers = await signUp(server, `writer-${index}`)
          return connect(server, "/ws/chat/both/", { headers })
        }),
      )
      const each = 60
      for (const writer of writers) {
        for (const number of numbers(1, each)) writer.say(number)
      }
      for (const writer of writers) {
        const frames = await writer.nextFrames(each * writers.length)
        expect(frames.filter(({ error }) => error)).toEqual([])
        expect(new Set(frames.map(({ id }) => id)).size).toBe(frames.length)
        for (const index of writers.keys()) {
          const mine = frames.filter(
            ({ author }) => author === `writer-${index}`,
          )
          expect(mine.map(({ message }) => message)).toEqual(numbers(1, each))
        }
      }
      for (const { output } of servers) {
        expect(output).not.toMatch(/SQLITE|exists|Error/)
      }
    })

    test("lose nothing when step 7, step 6 and step 7 run in turn", async () => {
      const env = { ...(await ownEnvironment()), LIMITS: "off" }
      const first = await startServer(step, env)
      const headers = await signUp(first, "keeper")
      await say(first, "/ws/chat/keep/", headers, ["kept"])
      await first.stop()
      const between = await startServer("06-accounts", env)
      await say(between, "/ws/chat/keep/", headers, ["not stored by step 6"])
      await between.stop()
      const last = await startServer(step, env)
      expect(await historyOf(last, "/ws/chat/keep/", headers)).toEqual(["kept"])
      expect((await logIn(last, "keeper")).cookie).toMatch(/^sessionid=/)
    })
  })
})
