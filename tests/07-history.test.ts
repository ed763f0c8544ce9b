import { describe, expect, onTestFinished, test } from "vitest"
import { defaultRedisUrl } from "../workbook/machine/redis.ts"
import type { ServerProcess } from "../workbook/processes/server-process.ts"
import { logIn, post, signUp } from "./support/accounts.ts"
import { historyInProcess } from "./support/history-in-process.ts"
import { inDatabase } from "./support/in-database.ts"
import { load } from "./support/load.ts"
import { ownRedis } from "./support/own-redis.ts"
import {
  connect,
  handshake,
  ownEnvironment,
  startServer,
  useServer,
} from "./support/servers.ts"

const { RedisPubSubChannelLayer } = await load<
  typeof import("../steps/05-redis/redis-pubsub-channel-layer.ts")
>("05-redis/redis-pubsub-channel-layer.ts")

const server = useServer("07-history")

function numbers(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => `${from + index}`)
}

/** Says things in a room and waits until they have been heard. */
async function say(
  server: ServerProcess,
  room: string,
  headers: Record<string, string>,
  messages: readonly string[],
): Promise<void> {
  const client = await connect(server, room, { headers })
  for (const message of messages) client.say(message)
  for (;;) {
    const { message, error } = await client.nextFrame()
    if (error !== undefined) throw new Error(`Refused: ${error}`)
    if (message === messages.at(-1)) break
  }
  await client.close()
}

async function historyOf(
  server: ServerProcess,
  room: string,
  headers: Record<string, string>,
): Promise<unknown[]> {
  const client = await connect(server, room, { headers })
  client.say("marker")
  const messages = []
  for (;;) {
    const { message, error } = await client.nextFrame()
    if (error !== undefined) throw new Error(`Refused: ${error}`)
    if (message === "marker") return messages
    messages.push(message)
  }
}

describe("joining a room", () => {
  test("shows its last ten messages, the oldest first, then live ones", async () => {
    const headers = await signUp(server(), "ann")
    await say(server(), "/ws/chat/ten/", headers, numbers(1, 12))
    const bob = await connect(server(), "/ws/chat/ten/", {
      headers: await signUp(server(), "bob"),
    })
    const frames = await bob.nextFrames(10)
    expect(frames.map(({ message }) => message)).toEqual(numbers(3, 12))
    const ids = frames.map(({ id }) => Number(id))
    expect(ids).toEqual([...ids].sort((a, b) => a - b))
    for (const { author, timestamp } of frames) {
      expect(author).toBe("ann")
      expect(timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    }
    bob.say("live")
    expect(await bob.nextFrame()).toMatchObject({
      message: "live",
      author: "bob",
      id: expect.any(Number),
    })
  })

  test("shows nothing of other rooms", async () => {
    const headers = await signUp(server(), "roomy")
    await say(server(), "/ws/chat/one/", headers, ["only in one"])
    expect(await historyOf(server(), "/ws/chat/two/", headers)).toEqual([])
  })

  test("shows once what is sent while the history is read", async () => {
    let read = () => {}
    const held = new Promise<void>((resolve) => {
      read = resolve
    })
    const { layer, messages, user, enter } = await historyInProcess(held)
    const entering = enter("lobby")
    await expect.poll(() => layer.hasMembers("chat_lobby")).toBe(true)
    for (const message of ["first", "second"]) {
      const stored = await messages.create(user.id, "lobby", message)
      const type = "chat.message"
      const event = { type, message, author: "ann", ...stored }
      await layer.groupSend("chat_lobby", event)
    }
    read()
    const ann = await entering
    ann.say("marker")
    const heard: unknown[] = []
    while (heard.at(-1) !== "marker") {
      heard.push((await ann.nextFrame()).message)
    }
    expect(heard).toEqual(["first", "second", "marker"])
  })

  test("misses nothing and repeats nothing while others write", async () => {
    const headers = await signUp(server(), "writer")
    const room = "/ws/chat/busy/"
    const writer = await connect(server(), room, { headers })
    const count = 200
    for (const number of numbers(1, count)) writer.say(number)
    const joiners = []
    for (let heard = 0; heard < count; heard++) {
      await writer.nextFrame()
      if (heard % 20 === 0) joiners.push(connect(server(), room, { headers }))
    }
    for (const joiner of await Promise.all(joiners)) {
      const { message: first } = await joiner.nextFrame()
      const left = count - Number(first)
      const rest = await joiner.nextFrames(left)
      const messages = rest.map(({ message }) => message)
      expect(messages).toEqual(numbers(Number(first) + 1, count))
    }
  })
})

test("a quote in a message or in a room's name is a character like others", async () => {
  const headers = await signUp(server(), "quoter")
  const said = ["it's", `"); DROP TABLE messages; --`]
  await say(server(), "/ws/chat/it's/", headers, said)
  expect(await historyOf(server(), "/ws/chat/it's/", headers)).toEqual(said)
  expect(await historyOf(server(), "/ws/chat/its/", headers)).toEqual([])
})

test("the history has the ids and times that were sent live", async () => {
  const headers = await signUp(server(), "timely")
  const ann = await connect(server(), "/ws/chat/times/", { headers })
  ann.say("now")
  const live = await ann.nextFrame()
  const bob = await connect(server(), "/ws/chat/times/", { headers })
  expect(await bob.nextFrame()).toEqual(live)
})

test("every message has an id of its own, also those stored at once", async () => {
  const { messages, user } = await historyInProcess()
  const stored = await Promise.all(
    ["a", "b", "c"].map((it) => messages.create(user.id, "lobby", it)),
  )
  const isOwn = new Set(stored.map(({ id }) => id)).size === stored.length
  expect(isOwn, "every id is there once").toBe(true)
})

describe("a message that was seen", () => {
  test("is there after kill -9", async () => {
    const env = await ownEnvironment()
    const first = await startServer("07-history", env)
    const headers = await signUp(first, "killer")
    const ann = await connect(first, "/ws/chat/kill/", { headers })
    const bob = await connect(first, "/ws/chat/kill/", { headers })
    for (const number of numbers(1, 50)) ann.say(number)
    const seen = await Promise.race([ann.nextFrames(5), bob.nextFrames(5)])
    await first.stop("SIGKILL")
    const second = await startServer("07-history", env)
    const client = await connect(second, "/ws/chat/kill/", { headers })
    client.say("marker")
    const ids = []
    for (;;) {
      const { id, message } = await client.nextFrame()
      if (message === "marker") break
      ids.push(Number(id))
    }
    const lastSeen = Number(seen.at(-1)?.id)
    expect(Math.max(...ids)).toBeGreaterThanOrEqual(lastSeen)
    if (ids.length < 10) expect(ids).toContain(lastSeen)
  })

  test("could be stored: else it is not sent, and the sender is told", async () => {
    const env = await ownEnvironment()
    const server = await startServer("07-history", env)
    const headers = await signUp(server, "unlucky")
    const ann = await connect(server, "/ws/chat/lobby/", { headers })
    const bob = await connect(server, "/ws/chat/lobby/", { headers })
    // Whoever hears something live has read the history.
    ann.say("here")
    await Promise.all([ann.next(), bob.next()])
    await inDatabase(env, "ALTER TABLE messages RENAME TO elsewhere")
    ann.say("lost")
    const error = "Neither saved nor sent: try it again later."
    expect(await ann.nextFrame()).toEqual({ error })
    await inDatabase(env, "ALTER TABLE elsewhere RENAME TO messages")
    ann.say("marker")
    expect(await bob.nextFrame()).toMatchObject({ message: "marker" })
  })

  test("is in the history, though Redis was away", async () => {
    const redis = await ownRedis()
    const env = { ...(await ownEnvironment()), REDIS_URL: redis.url }
    const server = await startServer("07-history", env)
    const headers = await signUp(server, "patient")
    const ann = await connect(server, "/ws/chat/lobby/", { headers })
    await redis.stop("SIGKILL")
    await server.printed(/Redis is gone/)
    ann.say("saved")
    const { error } = await ann.nextFrame()
    expect(error).toMatch(/^Saved, but not delivered yet.*not send it again/)
    expect(await redis.start()).toBe(true)
    await server.printed(/Redis is back/)
    expect(await historyOf(server, "/ws/chat/lobby/", headers)).toEqual([
      "saved",
    ])
  })
})

test("what another program says is shown, and not stored", async () => {
  const env = await ownEnvironment()
  const server = await startServer("07-history", env)
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

describe("two processes on one database", () => {
  test("may start together on a new file, and write together", async () => {
    const env = await ownEnvironment()
    const servers = await Promise.all(
      [1, 2, 3].map(() => startServer("07-history", env)),
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
        const mine = frames.filter(({ author }) => author === `writer-${index}`)
        expect(mine.map(({ message }) => message)).toEqual(numbers(1, each))
      }
    }
    for (const { output } of servers) {
      expect(output).not.toMatch(/SQLITE|exists|Error/)
    }
  })

  test("of step 7, 6 and 7 in turn lose nothing", async () => {
    const env = await ownEnvironment()
    const first = await startServer("07-history", env)
    const headers = await signUp(first, "keeper")
    await say(first, "/ws/chat/keep/", headers, ["kept"])
    await first.stop()
    const between = await startServer("06-accounts", env)
    await say(between, "/ws/chat/keep/", headers, ["not stored by step 6"])
    await between.stop()
    const last = await startServer("07-history", env)
    expect(await historyOf(last, "/ws/chat/keep/", headers)).toEqual(["kept"])
    expect((await logIn(last, "keeper")).cookie).toMatch(/^sessionid=/)
  })
})

test("a visitor gets neither socket nor history", async () => {
  expect(await handshake(server(), "/ws/chat/ten/")).toBe("refused with 403")
  const answer = await post(server(), "/chat/ten/", {})
  expect(answer.status).toBe(302)
})
