import { describe, expect, test } from "vitest"
import type { ServerProcess } from "../workbook/server-process.ts"
import { logIn, post, signUp } from "./support/accounts.ts"
import { ownRedis } from "./support/own-redis.ts"
import {
  connect,
  ownEnvironment,
  startServer,
  useServer,
} from "./support/servers.ts"

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
  let heard = await client.nextFrame()
  while (heard.message !== messages.at(-1)) heard = await client.nextFrame()
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
    const { message } = await client.nextFrame()
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
  await expect(connect(server(), "/ws/chat/ten/")).rejects.toMatchObject({
    status: 403,
  })
  const answer = await post(server(), "/chat/ten/", {})
  expect(answer.status).toBe(302)
})
