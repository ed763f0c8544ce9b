import { setImmediate } from "node:timers/promises"
import { inspect } from "node:util"
import { describe, expect, onTestFinished, test, vi } from "vitest"
import type { Send } from "../steps/01-echo/application.ts"
import type { Database } from "../steps/06-accounts/database/open-database.ts"
import { post, signUp } from "./support/accounts.ts"
import { checks } from "./support/checks.ts"
import { numbers, say } from "./support/conversation.ts"
import {
  type HistoryHooks,
  historyInProcess,
} from "./support/history-in-process.ts"
import { load } from "./support/load.ts"
import { addUser, openOwnDatabase } from "./support/own-database.ts"
import { connect, handshake, useServer } from "./support/servers.ts"
import { did } from "./support/story.ts"

const { Messages } = await load<
  typeof import("../steps/07-history/messages.ts")
>("07-history/messages.ts")

/** `Messages` in a database with two users: ann is 1, bob is 2. */
async function openMessages() {
  const database = await openOwnDatabase()
  for (const name of ["ann", "bob"]) await addUser(database, name)
  const messages = new Messages(database)

  function create(authorId: number, room: string, content: string) {
    did(`messages.create(${authorId}, "${room}", "${content}")`)
    return messages.create(authorId, room, content)
  }

  function lastMessages(room: string, ...count: [] | [number]) {
    did(`messages.lastMessages(${[`"${room}"`, ...count].join(", ")})`)
    return messages.lastMessages(room, ...count)
  }

  return { database, create, lastMessages }
}

/** The table of messages, as another connection reads it. */
function rowsOf<Row>({ reader }: Database, columns: string): Promise<Row[]> {
  return reader.all<Row>(`SELECT ${columns} FROM messages ORDER BY id`)
}

const noon = "2025-01-01T12:00:00.000Z"

interface FillOptions {
  readonly authorId?: number
  /** In the order of the messages; noon if omitted. */
  readonly timestamps?: readonly string[]
}

/** Writes messages into the table, all of one author. */
async function fill(
  { writer }: Database,
  room: string,
  contents: readonly string[],
  { authorId = 1, timestamps = [] }: FillOptions = {},
): Promise<void> {
  const when = timestamps.length === 0 ? ", all with the same timestamp" : ""
  did(`the room "${room}" has: ${contents.join(", ")}${when}`)
  for (const [index, content] of contents.entries()) {
    const timestamp = timestamps[index] ?? noon
    await writer.all(
      `INSERT INTO messages (author_id, room, content, timestamp)
       VALUES (?, ?, ?, ?)`,
      [authorId, room, content, timestamp],
    )
  }
}

checks("07-history/create", () => {
  test("a message is stored with its author and its room", async () => {
    const { database, create } = await openMessages()
    await create(2, "lobby", "tea?")
    expect(await rowsOf(database, "author_id, room, content")).toEqual([
      { author_id: 2, room: "lobby", content: "tea?" },
    ])
  })

  test.each([
    ["in a message", "lobby", "it's tea"],
    ["in a room's name", "ann's", "tea?"],
    ["before SQL", "lobby", "tea'), (2, 'lobby', 'not by bob"],
  ])("a quote %s is stored as it is", async (_where, room, content) => {
    const { database, create } = await openMessages()
    await create(1, room, content)
    expect(await rowsOf(database, "author_id, room, content")).toEqual([
      { author_id: 1, room, content },
    ])
  })

  test("create returns the id and the timestamp of the row", async () => {
    const { database, create } = await openMessages()
    const year = "2001"
    did(`the process's clock is set to ${year}, the database's is not`)
    vi.setSystemTime(`${year}-01-01T00:00:00Z`)
    onTestFinished(() => void vi.useRealTimers())
    await create(1, "lobby", "the first")
    const stored = await create(1, "lobby", "the second")
    const [, row] = await rowsOf<typeof stored>(database, "id, timestamp")
    expect(stored, "what create returns").toEqual(row)
    const found = `stored in ${row?.timestamp.slice(0, 4)}`
    expect(found, "the row").not.toBe(`stored in ${year}`)
  })

  test("messages stored at the same time get the ids of their own rows", async () => {
    const { database, create } = await openMessages()
    const stored = await Promise.all(
      ["a", "b", "c"].map(async (content) => {
        const { id } = await create(1, "lobby", content)
        return { id, content }
      }),
    )
    expect(stored).toEqual(await rowsOf(database, "id, content"))
  })

  test("create rejects if the database refuses the message", async () => {
    const { create } = await openMessages()
    did("no user has the id 3")
    await expect(create(3, "lobby", "tea?")).rejects.toThrow("FOREIGN KEY")
  })
})

checks("07-history/last-messages", () => {
  const contentsOf = (messages: readonly { content: string }[]) =>
    messages.map(({ content }) => content)

  test("the result is the newest ten messages, oldest first", async () => {
    const { database, lastMessages } = await openMessages()
    await fill(database, "lobby", numbers(1, 12))
    const last = await lastMessages("lobby")
    expect(contentsOf(last)).toEqual(numbers(3, 12))
  })

  test("the result has no more messages than requested", async () => {
    const { database, lastMessages } = await openMessages()
    await fill(database, "lobby", numbers(1, 12))
    expect(contentsOf(await lastMessages("lobby", 2))).toEqual(["11", "12"])
  })

  test("each message has its id, its author's name, its content and its timestamp", async () => {
    const { database, lastMessages } = await openMessages()
    await fill(database, "kitchen", ["hello", "bye"])
    await fill(database, "lobby", ["tea?"], { authorId: 2 })
    expect(await lastMessages("lobby")).toEqual([
      { id: 3, author: "bob", content: "tea?", timestamp: noon },
    ])
  })

  test("the result has messages of one room only", async () => {
    const { database, lastMessages } = await openMessages()
    await fill(database, "lobby", ["in the lobby"])
    await fill(database, "kitchen", ["in the kitchen"])
    const last = await lastMessages("lobby")
    expect(contentsOf(last)).toEqual(["in the lobby"])
  })

  test("the result is empty for a room without messages", async () => {
    const { lastMessages } = await openMessages()
    expect(await lastMessages("lobby")).toEqual([])
  })

  test("messages are in the order of their ids, whatever their timestamps", async () => {
    const { database, lastMessages } = await openMessages()
    const timestamps = [noon, noon, "2025-01-01T11:00:00.000Z"]
    const contents = ["at 12", "also at 12", "the clock is set back, at 11"]
    await fill(database, "lobby", contents, { timestamps })
    const last = await lastMessages("lobby")
    expect(contentsOf(last)).toEqual(contents)
    expect(contentsOf(await lastMessages("lobby", 1))).toEqual([contents[2]])
  })

  test("a quote in a room's name is treated like any other character", async () => {
    const { database, lastMessages } = await openMessages()
    await fill(database, "ann's", ["in ann's room"])
    const last = await lastMessages("ann's")
    expect(contentsOf(last)).toEqual(["in ann's room"])
    expect(contentsOf(await lastMessages("' OR '1' = '1"))).toEqual([])
  })
})

const group = "chat_lobby"

checks("07-history/history", () => {
  test("the history is read only after the group has been joined", async () => {
    const events: string[] = []
    const note = (what: string) => {
      did(what)
      events.push(what)
    }
    const { enter } = await historyInProcess({
      whenJoined: () => note("the join has ended"),
      beforeReading: async () => note("the history is read"),
    })
    await enter("lobby")
    expect(events).toEqual(["the join has ended", "the history is read"])
  })

  test("a frame of the history has a message, its author, its id and its timestamp", async () => {
    const { database, enter, framesOf } = await historyInProcess()
    await fill(database, "lobby", ["tea?"])
    const frames = await framesOf(await enter("lobby"), "lobby")
    expect(frames).toEqual([
      { message: "tea?", author: "ann", id: 1, timestamp: noon },
    ])
  })

  test("a client that joins receives the last ten messages, oldest first", async () => {
    const { database, enter, framesOf } = await historyInProcess()
    await fill(database, "lobby", numbers(1, 12))
    const frames = await framesOf(await enter("lobby"), "lobby")
    expect(frames.map(({ message }) => message)).toEqual(numbers(3, 12))
  })

  test("a client receives nothing from other rooms", async () => {
    const { database, enter, framesOf } = await historyInProcess()
    await fill(database, "kitchen", ["in the kitchen"])
    expect(await framesOf(await enter("lobby"), "lobby")).toEqual([])
  })

  test("a client whose history cannot be read is refused, not accepted", async () => {
    const { enter } = await historyInProcess({
      async beforeReading() {
        did("reading the history fails")
        throw new Error("the database is locked")
      },
    })
    const end = enter("lobby").then(
      () => "accepted",
      ({ status }) => `refused with ${status}`,
    )
    expect(await end).toBe("refused with 500")
  })

  test("each frame is sent only after the one before it has been accepted", async () => {
    const events: string[] = []
    const wrapSend =
      (send: Send): Send =>
      async (event) => {
        const isFrame = event.type === "websocket.send"
        const what = isFrame ? JSON.parse(String(event.data)).message : "accept"
        if (what) events.push(`${what} is sent`)
        await setImmediate()
        await send(event)
        if (what) events.push(`${what} is taken`)
      }
    const { database, enter, framesOf } = await historyInProcess({ wrapSend })
    await fill(database, "lobby", ["one", "two"])
    await framesOf(await enter("lobby"), "lobby")
    const all = ["accept", "one", "two"]
    expect(events).toEqual(
      all.flatMap((what) => [`${what} is sent`, `${what} is taken`]),
    )
  })

  test("the consumer remembers the newest id that it has read", async () => {
    const { database, enter, framesOf, remembered } = await historyInProcess()
    await fill(database, "kitchen", ["in the kitchen", "also there"])
    await fill(database, "lobby", ["with the id 3", "with the id 4"])
    await framesOf(await enter("lobby"), "lobby")
    for (const id of remembered) expect(id, "newestRead").toBe(4)
  })
})

checks("07-history/no-duplicate", () => {
  /** A chat in which others store messages and send them to the group, without
   * using the task `store`. */
  async function chat(hooks?: HistoryHooks) {
    const { layer, messages, user, enter, framesOf } =
      await historyInProcess(hooks)

    async function store(message: string) {
      const stored = await messages.create(user.id, "lobby", message)
      did(`"${message}" is stored, with the id ${stored.id}`)
      return { type: "chat.message", message, author: "ann", ...stored }
    }

    async function send(event: {
      readonly type: string
      readonly message?: string
      readonly id?: number
    }) {
      const { type, message, id } = event
      did(`the group gets ${inspect({ type, message, id })}`)
      await layer.groupSend(group, event)
    }

    /** What Ann receives from the history and after she has joined. */
    async function receives(afterJoining: () => Promise<void>) {
      const ann = await enter("lobby")
      await afterJoining()
      const frames = await framesOf(ann, "lobby")
      return frames.map(({ message }) => message)
    }

    return { store, send, receives }
  }

  test("a client receives a message that is sent after it has joined", async () => {
    const { store, send, receives } = await chat()
    const messages = await receives(async () => {
      await send(await store("the first of the room"))
      await send(await store("the second"))
    })
    expect(messages).toEqual(["the first of the room", "the second"])
  })

  test("messages sent while the history is read are received once", async () => {
    const { store, send, receives } = await chat({
      async beforeReading() {
        did("Ann's consumer has joined the group, and does not read yet")
        for (const message of ["one", "two"]) await send(await store(message))
      },
    })
    const messages = await receives(async () => send(await store("three")))
    expect(messages).toEqual(["one", "two", "three"])
  })

  test("a message from another program, without an id, is received", async () => {
    const { store, send, receives } = await chat()
    await store("in the history")
    const event = { type: "chat.message", message: "from elsewhere" }
    const messages = await receives(() => send(event))
    expect(messages).toEqual(["in the history", "from elsewhere"])
  })

  test("a message without an id is received in an empty room", async () => {
    const { send, receives } = await chat()
    const event = { type: "chat.message", message: "from elsewhere" }
    expect(await receives(() => send(event))).toEqual(["from elsewhere"])
  })

  test("live messages are received even if their ids arrive out of order", async () => {
    const { store, send, receives } = await chat()
    const messages = await receives(async () => {
      const older = await store("a")
      const newer = await store("b")
      await send(newer)
      await send(older)
    })
    expect(messages.sort()).toEqual(["a", "b"])
  })

  test("an event without a message is not sent to the client", async () => {
    const { send, receives } = await chat()
    expect(await receives(() => send({ type: "chat.message" }))).toEqual([])
  })
})

checks("07-history/store", () => {
  test("a message is stored, and everyone receives it with its id and its timestamp", async () => {
    const { database, enter, framesOf } = await historyInProcess()
    const ann = await enter("lobby", "Ann")
    const bob = await enter("lobby", "Bob")
    bob.say("tea?")
    const frame = await bob.nextFrame()
    const rows = await rowsOf<object>(database, "author_id, room, content")
    expect(rows, "the table").toEqual([
      { author_id: 2, room: "lobby", content: "tea?" },
    ])
    const [decided] = await rowsOf<object>(database, "id, timestamp")
    expect(frame, "what Bob receives").toEqual({
      message: "tea?",
      author: "bob",
      ...decided,
    })
    expect(await framesOf(ann, "lobby")).toEqual([frame])
  })

  test("a message is sent to the group only after it has been stored", async () => {
    const events: string[] = []
    const { layer, enter } = await historyInProcess({
      whenStored: () => events.push("it is stored"),
    })
    const groupSend = layer.groupSend.bind(layer)
    layer.groupSend = (...words) => {
      events.push("it is sent to the group")
      return groupSend(...words)
    }
    const ann = await enter("lobby")
    ann.say("tea?")
    await ann.nextFrame()
    expect(events).toEqual(["it is stored", "it is sent to the group"])
  })

  /** Ann and Bob in a room whose database refuses messages. */
  async function refusing() {
    const parts = await historyInProcess()
    const { database, enter, framesOf } = parts
    const ann = await enter("lobby", "Ann")
    const bob = await enter("lobby", "Bob")
    did("the database now refuses messages: the disk is full")
    await database.writer.all(
      `CREATE TRIGGER full BEFORE INSERT ON messages
       BEGIN SELECT RAISE(FAIL, 'the disk is full'); END`,
    )

    /** Sends a message as Ann, and waits until it has been handled: an invalid
     * frame after it is answered with an error.
     * @returns what she receives before that error */
    async function answersTo(message: string) {
      ann.say(message)
      ann.send("no JSON")
      const frames = []
      for (;;) {
        const frame = await ann.nextFrame()
        if (String(frame.error).startsWith("That is not JSON")) break
        frames.push(frame)
      }
      return [...frames, ...(await framesOf(ann, "lobby"))]
    }

    return { ...parts, bob, answersTo }
  }

  const error = "Neither saved nor sent: try it again later."

  test("if storing fails, the sender receives an error", async () => {
    const { answersTo } = await refusing()
    expect(await answersTo("lost")).toEqual([{ error }])
  })

  test("if storing fails, no other client receives the message", async () => {
    const { bob, answersTo, framesOf } = await refusing()
    await answersTo("lost")
    expect(await framesOf(bob, "lobby")).toEqual([])
  })

  test("once storing works again, the sender's next message is received", async () => {
    const { bob, database, answersTo, framesOf } = await refusing()
    await answersTo("lost")
    did("the database takes messages again")
    await database.writer.all("DROP TRIGGER full")
    await answersTo("saved")
    const frames = await framesOf(bob, "lobby")
    expect(frames.map(({ message }) => message)).toEqual(["saved"])
  })

  test("if storing fails, the server prints the reason", async () => {
    const { answersTo, printed } = await refusing()
    await answersTo("lost")
    const all = printed.join("\n") || "nothing"
    expect(all, "what the server prints").toContain("the disk is full")
  })
})

describe("joining a room", () => {
  const server = useServer("07-history")

  test("shows its last ten messages, oldest first, then live ones", async () => {
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
    const live = await bob.nextFrame()
    expect(live).toMatchObject({
      message: "live",
      author: "bob",
      id: expect.any(Number),
    })
    const next = await connect(server(), "/ws/chat/ten/", { headers })
    const [last] = (await next.nextFrames(10)).slice(-1)
    expect(last, "the same message, from the history").toEqual(live)
  })

  test("gives a visitor neither a socket nor the history", async () => {
    const address = "/ws/chat/ten/"
    expect(await handshake(server(), address)).toBe("refused with 403")
    const answer = await post(server(), "/chat/ten/", {})
    expect(answer.status).toBe(302)
  })
})
