import { setTimeout as delay } from "node:timers/promises"
import { describe, expect, test } from "vitest"
import { signUp } from "../support/accounts.ts"
import { numbers } from "../support/conversation.ts"
import { useDeliveringChat } from "../support/delivering-chat.ts"
import { inDatabase } from "../support/in-database.ts"
import { deliveringSteps } from "../support/later-steps.ts"
import { ownEnvironment, startServer } from "../support/servers.ts"
import { ids, texts, Visitor } from "../support/visitor.ts"

const another = "This key belongs to another message of yours."
const notAKey = '"key" must be a string of 1 to 64 characters.'

describe.each(deliveringSteps)("in %s,", (step) => {
  const chat = useDeliveringChat(step)

  test("`ack` comes after the commit and before the message comes back", async () => {
    const { env, server, ann, bob } = chat()
    const reader = await Visitor.enter(server, "ack", bob)
    const writer = await Visitor.enter(server, "ack", ann)
    writer.say("hi", "ack 1")
    const [ack, message] = [await writer.next(), await writer.next()]
    const { id, timestamp } = message
    const previous = 0
    const frame = { message: "hi", author: "ann", id, timestamp, previous }
    expect(ack).toEqual({ ack: "ack 1", id })
    expect(message).toEqual({ ...frame, key: "ack 1" })
    expect(await reader.next()).toEqual(frame)
    const rows = "SELECT id, content FROM messages WHERE key = 'ack 1'"
    expect(await inDatabase(env, rows)).toEqual([{ id, content: "hi" }])
  })

  test("the key of a message is sent to its author only, also when it is read later", async () => {
    const { server, other, ann, bob } = chat()
    const writer = await Visitor.enter(server, "secret", ann)
    writer.say("hi", "secret 1")
    await writer.upTo("hi")
    const [mine] = (await Visitor.enter(other, "secret", ann)).missed
    const [theirs] = (await Visitor.enter(other, "secret", bob)).missed
    expect(mine).toHaveProperty("key", "secret 1")
    expect(theirs).not.toHaveProperty("key")
  })

  test("a repeat is acknowledged with the first id, stored once, and sent again", async () => {
    const { env, server, other, ann, bob } = chat()
    const writer = await Visitor.enter(server, "repeat", ann)
    writer.say("hi", "repeat 1")
    const [first] = await writer.upTo("hi")
    const reader = await Visitor.enter(other, "repeat", bob)
    await writer.drop()
    const again = await Visitor.enter(other, "repeat", ann)
    again.say("hi", "repeat 1")
    again.say("next", "repeat 2")
    const frames = await again.upTo("next")
    expect(frames[0]).toEqual(first)
    expect(texts(frames)).toEqual(["next"])
    expect(texts(await reader.upTo("next"))).toEqual(["next"])
    const count = "SELECT count(*) AS count FROM messages WHERE room = 'repeat'"
    expect(await inDatabase(env, count)).toEqual([{ count: 2 }])
  })

  test("a repeat on two servers at the same time is stored once", async () => {
    const { server, other, ann } = chat()
    const here = await Visitor.enter(server, "twice", ann)
    const there = await Visitor.enter(other, "twice", ann)
    for (const number of numbers(1, 20)) {
      here.say(number, `twice ${number}`)
      there.say(number, `twice ${number}`)
    }
    const logs = []
    for (const tab of [here, there]) {
      const frames = await tab.nextOnes(40)
      expect(texts(frames)).toEqual(numbers(1, 20))
      logs.push(frames.filter(({ ack }) => ack !== undefined))
    }
    expect(logs[0]).toHaveLength(20)
    expect(logs[1]).toEqual(logs[0])
  })

  test("the same key by two authors: two messages", async () => {
    const { server, ann, bob } = chat()
    const [hers, his] = [
      await Visitor.enter(server, "authors", ann),
      await Visitor.enter(server, "authors", bob),
    ]
    hers.say("of ann", "authors")
    await his.upTo("of ann")
    his.say("of bob", "authors")
    const [ack, message] = [await his.next(), await his.next()]
    expect(ack).toEqual({ ack: "authors", id: message.id })
    expect(message).toMatchObject({ message: "of bob", author: "bob" })
    expect(texts(await hers.upTo("of bob"))).toEqual(["of ann", "of bob"])
  })

  test.each([
    ["another text", "other", "hello"],
    ["another room", "elsewhere", "hi"],
  ])(
    "the same key with %s is an error for good, and is not stored",
    async (what, room, text) => {
      const { env, server, ann } = chat()
      const key = `key with ${what}`
      const first = await Visitor.enter(server, "other", ann)
      first.say("hi", key)
      await first.upTo("hi")
      const second = await Visitor.enter(server, room, ann)
      second.say(text, key)
      expect(await second.next()).toEqual({ error: another, key })
      const rows = `SELECT content FROM messages WHERE key = '${key}'`
      expect(await inDatabase(env, rows)).toEqual([{ content: "hi" }])
    },
  )

  test.each([
    ["a lone surrogate", "a\ud800b"],
    ["nine combining marks", `e${"\u0301".repeat(9)}`],
    ["a character 0", "a\0b"],
    ["quotes", `'"); DROP TABLE messages; --`],
    ["nothing", ""],
    ["spaces around it", "  a  "],
    ["10,000 characters", "x".repeat(10_000)],
  ])("a repeat of a text with %s is the same message", async (what, text) => {
    const { server, ann } = chat()
    const key = `text with ${what}`
    const writer = await Visitor.enter(server, "processed", ann)
    writer.say(text, key)
    const ack = await writer.next()
    expect(ack).toMatchObject({ ack: key })
    await writer.next()
    writer.say(text, key)
    expect(await writer.next()).toEqual(ack)
  })

  test.each([
    ["1 character", "k"],
    ["64 characters", "k".repeat(64)],
    ["a character 0", "k\0ey"],
    ["quotes", `'"); --`],
    ["emoji", "\u{1f511}".repeat(32)],
  ])("a key may be a string of %s", async (what, key) => {
    const { server, ann } = chat()
    const room = `a key of ${what}`
    const writer = await Visitor.enter(server, room, ann)
    const another = `${[...key].slice(0, -1).join("")}~` // the same at first
    writer.say("one", key)
    writer.say("two", another)
    const frames = await writer.upTo("two")
    const [one, two] = ids(frames)
    const acks = frames.filter(({ ack }) => ack !== undefined)
    expect(acks).toEqual([
      { ack: key, id: one },
      { ack: another, id: two },
    ])
    expect(frames).toContainEqual(expect.objectContaining({ key }))
  })

  test.each([
    ["a number", 5],
    ["null", null],
    ["a list", ["k"]],
    ["an object", {}],
    ["true", true],
    ["a string of 0 characters", ""],
    ["a string of 65 characters", "k".repeat(65)],
    ["half a character", "k\ud83d"],
  ])(
    "%s is no key: the message is refused, and the error has none",
    async (what, key) => {
      const { env, server, ann } = chat()
      const writer = await Visitor.enter(server, "refused", ann)
      writer.say(what, key)
      expect(await writer.next()).toEqual({ error: notAKey })
      const rows = `SELECT id FROM messages WHERE content = '${what}'`
      expect(await inDatabase(env, rows)).toEqual([])
    },
  )

  test.each<[string, object, RegExp]>([
    ["too long", { message: "x".repeat(10_001) }, /at most 10,000/],
    ["not a string", { message: 5 }, /must be a string/],
    ["missing", {}, /must be a string/],
  ])(
    "a message that is %s: the error has its key, and no `retryAfter`",
    async (what, frame, sentence) => {
      const { server, ann } = chat()
      const key = `a message that is ${what}`
      const writer = await Visitor.enter(server, "refused", ann)
      writer.client.send(JSON.stringify({ ...frame, key }))
      const answer = await writer.next()
      expect(answer).toEqual({ error: expect.stringMatching(sentence), key })
    },
  )

  test("a message that comes too fast: the error has its key and `retryAfter`, and later it is stored", async () => {
    // Four at once, one a second after that.
    const env = { ...(await ownEnvironment()), LIMIT_MESSAGES: "1" }
    const server = await startServer(step, env)
    const headers = await signUp(server, "ann")
    const writer = await Visitor.enter(server, "fast", headers)
    for (const number of numbers(1, 5)) writer.say(number, number)
    const frames = await writer.nextOnes(9)
    const refused = frames.find(({ error }) => error !== undefined)
    const error = expect.stringMatching(/^Not sent: you are sending too fast/)
    const retryAfter = expect.any(Number)
    expect(refused).toEqual({ error, key: "5", retryAfter })
    expect(refused?.retryAfter).toBeGreaterThan(0)
    expect(refused?.retryAfter).toBeLessThanOrEqual(1)
    let answer = refused
    while (answer?.error) {
      await delay(1_000 * Number(answer.retryAfter))
      writer.say("5", "5")
      answer = await writer.next()
    }
    expect(answer).toMatchObject({ ack: "5" })
    frames.push(await writer.next())
    expect(texts(frames)).toEqual(numbers(1, 5))
  })

  test("while the database is away, the error has the key and `retryAfter`; later, it is stored", async () => {
    const env = await ownEnvironment()
    const server = await startServer(step, env)
    const writer = await Visitor.enter(
      server,
      "lobby",
      await signUp(server, "ann"),
    )
    const error = "Neither saved nor sent: try it again later."
    await inDatabase(env, "ALTER TABLE messages RENAME TO elsewhere")
    writer.say("hi", "k")
    expect(await writer.next()).toEqual({ error, key: "k", retryAfter: 2 })
    await inDatabase(env, "ALTER TABLE elsewhere RENAME TO messages")
    writer.say("hi", "k")
    const [ack, message] = [await writer.next(), await writer.next()]
    expect(ack).toEqual({ ack: "k", id: message.id })
    expect(message).toMatchObject({ message: "hi", key: "k", previous: 0 })
  })
})
