import { describe, expect, test } from "vitest"
import { Command } from "../support/command.ts"
import { inDatabase } from "../support/in-database.ts"
import { quickUsers } from "../support/quick-users.ts"
import { ownEnvironment, startServer } from "../support/servers.ts"
import { texts, Visitor } from "../support/visitor.ts"

describe.each(["pubsub", "core"])("with %s,", (kind) => {
  test("npm run say sends into a room, and nothing is stored", async () => {
    const env = { ...(await ownEnvironment()), CHANNEL_LAYER: kind }
    const server = await startServer("11-django", env)
    const [headers = {}] = await quickUsers(env, ["ann"])
    const room = "büro" // a group cannot have that name
    const ann = await Visitor.enter(server, room, headers)
    const other = await Visitor.enter(server, "lobby", headers)
    const line = `npm run say bu\u0308ro "back in five" minutes 😀`
    const { code, output } = await Command.run(line, env)
    expect(output).toContain(`Sent to the room büro, with ${kind}.`)
    expect(code).toBe(0)
    expect(await ann.next()).toEqual({ message: "back in five minutes 😀" })
    other.say("hi", "key")
    expect(texts(await other.upTo("hi"))).toEqual(["hi"])
    const stored = "SELECT content FROM messages"
    expect(await inDatabase(env, stored)).toEqual([{ content: "hi" }])
  })
})

test.each(["npm run worker", "npm run say lobby hi"])(
  "%s prints that there is no Redis at REDIS_URL",
  async (line) => {
    const REDIS_URL = "redis://127.0.0.1:1"
    const { code, output } = await Command.run(line, { REDIS_URL })
    expect(code).toBe(2)
    expect(output).toContain("There is no Redis at 127.0.0.1:1")
    expect(output).toContain("start one there, or set REDIS_URL")
    expect(output).not.toMatch(/^ +at /m)
  },
)

test("npm run worker runs until Ctrl-C", async () => {
  const command = new Command("npm run worker", await ownEnvironment())
  await command.printed(/Working for the channel "dice", with pubsub/)
  command.signal("SIGINT")
  await command.gone()
  expect(command.output).not.toMatch(/Error|gone/)
})

test("without Redis, a program beside the servers prints why it cannot reach them", async () => {
  const line = "node --import tsx tests/fixtures/beside-no-redis.ts"
  const { code, output } = await Command.run(line)
  expect(code).toBe(2)
  expect(output).toContain("The in-memory layer stays within one process")
  expect(output).toContain("Start a Redis, then the servers")
  expect(output).not.toMatch(/^ +at |It has a layer/m)
})
