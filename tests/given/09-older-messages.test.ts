import { describe, expect, test } from "vitest"
import type { ServerProcess } from "../../workbook/processes/server-process.ts"
import { ask } from "../support/ask.ts"
import { numbers } from "../support/conversation.ts"
import { useDeliveringChat } from "../support/delivering-chat.ts"
import { fill } from "../support/filled-room.ts"
import { inDatabase } from "../support/in-database.ts"
import { deliveringSteps } from "../support/later-steps.ts"
import { type Frame, ids, texts, Visitor } from "../support/visitor.ts"

function addressOf(room: string, before: string | number): string {
  return `/chat/${encodeURIComponent(room)}/messages/?before=${before}`
}

async function older(
  server: ServerProcess,
  room: string,
  before: number,
  headers: Readonly<Record<string, string>>,
): Promise<Frame[]> {
  const answer = await ask(server, addressOf(room, before), { headers })
  expect(answer.status).toBe(200)
  const body = (await answer.json()) as { readonly messages: Frame[] }
  return body.messages
}

describe.each(deliveringSteps)("in %s, older messages:", (step) => {
  const chat = useDeliveringChat(step)

  test("50 at a time, oldest first, until the room's first one", async () => {
    const { env, server, bob } = chat()
    const stored = await fill(env, "old", 123)
    await fill(env, "elsewhere", 3)
    const reader = await Visitor.enter(server, "old", bob)
    const pages = [reader.missed]
    while (pages[0]?.length !== 0) {
      const [before = 0] = ids(pages[0] ?? [])
      pages.unshift(await older(server, "old", before, bob))
    }
    expect(pages.map(({ length }) => length)).toEqual([0, 13, 50, 50, 10])
    expect(texts(pages.flat())).toEqual(numbers(1, 123))
    expect(ids(pages.flat())).toEqual(stored)
  })

  test("long ones come in smaller parts, and none is left out", async () => {
    const { env, server, bob } = chat()
    const stored = await fill(env, "long", 30)
    const text = "hex(zeroblob(5000))" // 10,000 characters
    const update = `UPDATE messages SET content = ${text} WHERE room = 'long'`
    await inDatabase(env, update)
    const parts = [await older(server, "long", 10 ** 14, bob)]
    while (parts[0]?.length !== 0) {
      const [before = 0] = ids(parts[0] ?? [])
      parts.unshift(await older(server, "long", before, bob))
    }
    expect(parts.map(({ length }) => length)).toEqual([0, 10, 10, 10])
    expect(ids(parts.flat())).toEqual(stored)
  })

  test("have the form of the frames", async () => {
    const { env, server, bob } = chat()
    await fill(env, "form", 3)
    const { missed } = await Visitor.enter(server, "form", bob)
    const [, , last = 0] = ids(missed)
    expect(await older(server, "form", last + 1, bob)).toEqual(missed)
  })

  test("have no key, not even for their author", async () => {
    const { server, ann } = chat()
    const writer = await Visitor.enter(server, "secret", ann)
    writer.say("hi", "secret 1")
    await writer.upTo("hi")
    const [message] = await older(server, "secret", 10 ** 14, ann)
    expect(message).toMatchObject({ message: "hi" })
    expect(message).not.toHaveProperty("key")
  })

  test("of another room are never among them", async () => {
    const { env, server, bob } = chat()
    await fill(env, "one", 3)
    const [before = 0] = await fill(env, "two", 3, { from: 4 })
    expect(texts(await older(server, "one", before + 9, bob))).toEqual(
      numbers(1, 3),
    )
    expect(await older(server, "two", before, bob)).toEqual([])
  })

  test.each([
    ["a quote", "it's"],
    ["a percent sign", "100%"],
    ["a question mark and a hash", "what?#"],
    ["letters beyond ASCII", "caf\u00e9"],
    ["an accent that is composed", "cafe\u0301"],
    ["spaces", "a b"],
    ["a plus", "a+b"],
    ["the word messages", "messages"],
  ])("of a room with %s in its name", async (what, room) => {
    const { server, ann } = chat()
    const writer = await Visitor.enter(server, room, ann)
    writer.say(what, `name ${what}`)
    await writer.upTo(what)
    expect(texts(await older(server, room, 10 ** 14, ann))).toContain(what)
  })

  test("need a login", async () => {
    const { server } = chat()
    const { status, headers } = await ask(server, addressOf("old", 5))
    expect(status).toBe(302)
    expect(headers.get("location")).toMatch(/^\/login\/\?next=/)
  })

  test("are JSON, and kept by no cache", async () => {
    const { server, bob } = chat()
    const { headers } = await ask(server, addressOf("old", 5), { headers: bob })
    expect(headers.get("cache-control")).toBe("no-store")
    expect(headers.get("content-type")).toMatch(/^application\/json\b/)
  })

  test.each([
    "",
    "-1",
    "1.5",
    "abc",
    "0x10",
    "1e3",
    "1;",
    "9".repeat(16),
    "1&before=2",
  ])("need an id: ?before=%s gets 400", async (before) => {
    const { server, bob } = chat()
    const answer = await ask(server, addressOf("old", before), { headers: bob })
    expect(answer.status).toBe(400)
  })

  test.each([
    ["a room that cannot be", "/chat/%E2%80%8B/messages/?before=5", 404],
    ["no id", "/chat/old/messages/", 400],
    ["no slash at the end", "/chat/old/messages?before=5", 301],
  ])("with %s: %s gets %i", async (_what, path, status) => {
    const { server, bob } = chat()
    const answer = await ask(server, path, { headers: bob })
    expect(answer.status).toBe(status)
    if (status === 301) {
      const to = answer.headers.get("location")
      expect(to).toBe("/chat/old/messages/?before=5")
    }
  })
})
