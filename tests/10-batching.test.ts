import { setImmediate as turn } from "node:timers/promises"
import { expect, onTestFinished, test } from "vitest"
import type { WebSocket } from "ws"
import type {
  ClientEvent,
  Receive,
  WebsocketScope,
} from "../steps/01-echo/application.ts"
import type { LayerEvent } from "../steps/04-groups/channel-layer.ts"
import type { Placed } from "../steps/09-delivery/messages/placed-messages.ts"
import type { NewMessage } from "../steps/10-batching/commits/batched-messages.ts"
import { ownBatches } from "./support/batched-messages.ts"
import { checks } from "./support/checks.ts"
import { load } from "./support/load.ts"
import { serveInProcess } from "./support/serve-in-process.ts"
import { soon } from "./support/soon.ts"
import { did } from "./support/story.ts"
import { frameOfWs, readByWs } from "./support/unmasked-frames.ts"
import { openSocketOn, WrittenStream } from "./support/written-stream.ts"

const { textFrame } = await load<
  typeof import("../steps/10-batching/frames/text-frame.ts")
>("10-batching/frames/text-frame.ts")
const { corkedWriter } = await load<
  typeof import("../steps/10-batching/frames/corked-writer.ts")
>("10-batching/frames/corked-writer.ts")
const { BatchConsumer } = await load<
  typeof import("../steps/10-batching/batch-consumer.ts")
>("10-batching/batch-consumer.ts")
const { GroupCommit } = await load<
  typeof import("../steps/10-batching/commits/group-commit.ts")
>("10-batching/commits/group-commit.ts")
const { InMemoryChannelLayer } = await load<
  typeof import("../steps/04-groups/in-memory-channel-layer.ts")
>("04-groups/in-memory-channel-layer.ts")
const { SenderError } = await load<
  typeof import("../steps/01-echo/consumer/sender-error.ts")
>("01-echo/consumer/sender-error.ts")
const { Queue } =
  await load<typeof import("../steps/01-echo/queue.ts")>("01-echo/queue.ts")

checks("10-batching/text-frame", () => {
  test.each<[what: string, text: string]>([
    ["an empty string", ""],
    ["one letter", "a"],
    ["a letter that takes two bytes", "é"],
    ["an emoji, which takes four bytes", "😀"],
    ["125 bytes", "x".repeat(125)],
    ["126 bytes", "x".repeat(126)],
    ["127 bytes", "x".repeat(127)],
    ["126 bytes of 63 letters", "é".repeat(63)],
    ["128 bytes of 32 emoji", "😀".repeat(32)],
    ["65,535 bytes", "x".repeat(65_535)],
    ["65,536 bytes", "x".repeat(65_536)],
    ["65,536 bytes of 32,768 letters", "é".repeat(32_768)],
    ["70,000 bytes", "x".repeat(70_000)],
  ])("%s: the frame is the one that ws writes", async (_what, text) => {
    const bytes = Buffer.byteLength(text)
    did(`textFrame is called with a string of ${bytes} bytes`)
    const frame = textFrame(text)
    const right = frameOfWs(text)
    const head = right.length - bytes
    const hex = (of: Buffer) => of.toString("hex", 0, head)
    expect(hex(frame), "the bytes before the text").toBe(hex(right))
    expect(frame.length, "bytes of the frame").toBe(right.length)
    expect(frame.equals(right), "the bytes of the text are equal").toBe(true)
    did("ws reads the frame twice, one after the other")
    expect(await readByWs(Buffer.concat([frame, frame]))).toEqual([text, text])
  })
})

/** A writer for each of some people, and the streams that it writes to. */
function writing(...people: string[]) {
  return people.map((person) => {
    const stream = new WrittenStream(person)
    const socket = openSocketOn(stream)
    const write = corkedWriter(socket, stream)
    return {
      socket,
      stream,
      write(text: string): void {
        did(`"${text}" is sent to ${person}`)
        write(text)
      },
    }
  })
}

type Person = ReturnType<typeof writing>[number]

/** What a person's client reads, and in how many writes it came. */
async function readBy({ stream: { writes } }: Person) {
  const texts = await readByWs(Buffer.concat(writes.flat()))
  return { writes: writes.length, texts }
}

/** Within this turn of the event loop, after all that waits for nothing. */
function later(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve))
}

checks("10-batching/hold-back", () => {
  test("all that is sent in one turn is one write, in its order", async () => {
    const [ann] = writing("Ann") as [Person]
    ann.write("one")
    await later()
    ann.write("two")
    await later()
    ann.write("three")
    await later()
    expect(ann.stream.writes.length, "writes before the turn ends").toBe(0)
    await turn()
    did("the turn has ended")
    const texts = ["one", "two", "three"]
    expect(await readBy(ann)).toEqual({ writes: 1, texts })
  })

  test("the next turn is another write", async () => {
    const [ann] = writing("Ann") as [Person]
    for (const texts of [["one", "two"], ["three", "four"], ["five"]]) {
      for (const text of texts) ann.write(text)
      await turn()
      did("the turn has ended")
    }
    const texts = ["one", "two", "three", "four", "five"]
    expect(await readBy(ann)).toEqual({ writes: 3, texts })
  })

  test("each member's socket is written once a turn", async () => {
    const members = writing("Ann", "Bob", "Carol")
    for (const text of ["one", "two"]) {
      for (const member of members) member.write(text)
      await later()
    }
    await turn()
    did("the turn has ended")
    for (const member of members) {
      expect(await readBy(member)).toEqual({ writes: 1, texts: ["one", "two"] })
    }
  })

  test("one job at the end of the turn is enough for 100 members", async () => {
    const names = Array.from({ length: 100 }, (_, index) => `member ${index}`)
    const members = writing(...names)
    const jobs = () => {
      const active = process.getActiveResourcesInfo()
      return active.filter((name) => name === "Immediate").length
    }
    const before = jobs()
    for (const member of members) member.write("hi")
    expect(jobs() - before, "calls of setImmediate").toBe(1)
    await turn()
    const written = members.filter(({ stream }) => stream.writes.length === 1)
    expect(written.length, "members that were written to once").toBe(100)
  })

  test("a stream that is destroyed costs the others nothing", async () => {
    const [ann, bob, carol] = writing("Ann", "Bob", "Carol") as Three
    for (const member of [ann, bob, carol]) member.write("one")
    did("Ann's stream fails")
    ann.stream.destroy(new Error("reset by the client"))
    await turn()
    did("the turn has ended")
    for (const member of [bob, carol]) {
      expect(await readBy(member)).toEqual({ writes: 1, texts: ["one"] })
    }
    for (const member of [ann, bob, carol]) member.write("two")
    await turn()
    did("the turn has ended")
    for (const member of [bob, carol]) {
      expect(await readBy(member)).toEqual({ writes: 2, texts: ["one", "two"] })
    }
  })

  test("a frame is shared by all members, and forgotten when the turn ends", async () => {
    const [ann, bob] = writing("Ann", "Bob") as [Person, Person]
    for (const member of [ann, bob]) member.write("hi")
    await turn()
    did("the turn has ended")
    ann.write("hi")
    await turn()
    did("the turn has ended")
    const [first, second] = ann.stream.writes.flat()
    const isShared = bob.stream.writes.flat()[0] === first
    expect(isShared, "Bob's frame is the same object as Ann's").toBe(true)
    expect(second === first, "the frame was kept").toBe(false)
  })

  test("what ws sends by itself keeps its place, and is in the same write", async () => {
    let opened: { socket: WebSocket; stream: NodeJS.EventEmitter } | undefined
    const writes = { count: 0 }
    const enter = await serveInProcess(
      async (_scope, receive, send) => {
        await receive()
        await send({ type: "websocket.accept" })
        for (;;) {
          const { type } = await receive()
          if (type === "websocket.disconnect") return
          await send({ type: "websocket.send", data: "one" })
          opened?.socket.ping("a ping")
          await send({ type: "websocket.send", data: "two" })
          opened?.socket.close(4000)
        }
      },
      undefined,
      {
        openWriter: corkedWriter,
        onOpen(socket, stream) {
          opened = { socket, stream }
          countWrites(stream, writes)
        },
      },
    )
    const client = await enter("lobby")
    const came: string[] = []
    client.socket.on("message", (data) => came.push(`${data}`))
    client.socket.on("ping", (data) => came.push(`${data}`))
    const closed = new Promise<void>((resolve) => {
      client.socket.on("close", (code) => {
        came.push(`closed with ${code}`)
        resolve()
      })
    })
    writes.count = 0
    client.send("go")
    did("the server sends one, a ping, two, and a close frame")
    await soon("the end of the socket", closed)
    expect(came).toEqual(["one", "a ping", "two", "closed with 4000"])
    expect(writes.count, "writes of the server").toBe(1)
  })
})

type Three = [Person, Person, Person]

/** Counts what a socket hands to the system. */
function countWrites(stream: object, writes: { count: number }): void {
  const watched = stream as Record<"_write" | "_writev", () => void>
  for (const name of ["_write", "_writev"] as const) {
    const original = watched[name]
    watched[name] = function (...data) {
      writes.count++
      return original.apply(this, data)
    }
  }
}

/** A client in the lobby, whose consumer notes what it handles. */
async function consuming() {
  const handled: string[] = []
  let going: Promise<void> = Promise.resolve()
  let goOn = () => {}
  const note = (what: string) => {
    did(`the consumer handles ${what}`)
    handled.push(what)
    return going
  }
  const named = (kind: string, names: readonly unknown[]) => {
    return names.length > 6 ? `${names.length} ${kind}` : `${kind} ${names}`
  }
  class NotingConsumer extends BatchConsumer {
    protected override readonly handlers = new Map([
      ["one.alone", ({ text }: LayerEvent) => note(`event ${text} alone`)],
    ])

    override async connect() {
      await this.groupAdd("lobby")
      await note("connect")
      await this.accept()
    }

    override async disconnect(code: number) {
      await note(`disconnect ${code}`)
    }

    protected override receiveFrames(frames: readonly unknown[]) {
      return note(named("frames", frames))
    }

    protected override receiveEvents(events: readonly LayerEvent[]) {
      const texts = events.map(({ text }) => text)
      return note(named("events", texts))
    }
  }
  const layer = new InMemoryChannelLayer({ capacity: 1_000 })
  const events = new Queue<ClientEvent>()
  const receive: Receive = () => events.take()
  receive.many = (limit) => events.takeMany(limit)
  const application = NotingConsumer.asApplication(layer)

  return {
    handled,

    /** The consumer begins with what has come by then. */
    async begin(): Promise<void> {
      const run = application(scope, receive, async () => {})
      run.catch((error) => note(`${error}`))
      await turn()
    },

    connect(): void {
      did("the client connects")
      events.put({ type: "websocket.connect" })
    },

    send(...texts: string[]): void {
      did(`the client sends ${named("frames", texts)}`)
      for (const data of texts) events.put({ type: "websocket.receive", data })
    },

    leave(): void {
      did("the client leaves")
      events.put({ type: "websocket.disconnect", code: 1001 })
    },

    async groupSend(...texts: string[]): Promise<void> {
      did(`the layer sends ${named("events", texts)}`)
      for (const text of texts) {
        await layer.groupSend("lobby", { type: "one.alone", text })
      }
    },

    /** From now on, a batch takes until `release`. */
    hold(): void {
      going = new Promise((resolve) => {
        goOn = resolve
      })
    },

    async release(): Promise<void> {
      did("the batch is done")
      going = Promise.resolve()
      goOn()
      await turn()
    },
  }
}

const scope: WebsocketScope = {
  type: "websocket",
  path: "/ws/chat/lobby/",
  queryString: "",
  headers: {},
  subprotocols: [],
}

const numbers = (count: number) =>
  Array.from({ length: count }, (_, i) => `${i}`)

checks("10-batching/take-what-waits", () => {
  test("frames that come during one batch are the next one", async () => {
    const { handled, begin, connect, send, hold, release } = await consuming()
    connect()
    await begin()
    hold()
    send("a")
    await turn()
    send("b", "c")
    send("d")
    await turn()
    expect(handled).toEqual(["connect", "frames a"])
    await release()
    expect(handled).toEqual(["connect", "frames a", "frames b,c,d"])
  })

  test("events of the layer that wait are handled together", async () => {
    const { handled, begin, connect, groupSend, hold, release } =
      await consuming()
    connect()
    await begin()
    hold()
    await groupSend("1")
    await turn()
    await groupSend("2", "3")
    await groupSend("4")
    await release()
    expect(handled).toEqual(["connect", "events 1", "events 2,3,4"])
  })

  test("a batch has at most 64 frames or events", async () => {
    const { handled, begin, connect, send, groupSend, hold, release } =
      await consuming()
    connect()
    await begin()
    hold()
    send("a")
    await turn()
    send(...numbers(100))
    await release()
    hold()
    await groupSend("1")
    await turn()
    await groupSend(...numbers(100))
    await release()
    expect(handled).toEqual([
      ...["connect", "frames a", "64 frames", "36 frames"],
      ...["events 1", "64 events", "36 events"],
    ])
  })

  test("one batch at a time: the layer waits for the client's", async () => {
    const { handled, begin, connect, send, groupSend, hold, release } =
      await consuming()
    connect()
    await begin()
    hold()
    send("a")
    await turn()
    await groupSend("1")
    await turn()
    expect(handled).toEqual(["connect", "frames a"])
    await release()
    expect(handled).toEqual(["connect", "frames a", "events 1"])
  })

  test("one batch at a time: the client waits for the layer's", async () => {
    const { handled, begin, connect, send, groupSend, hold, release } =
      await consuming()
    connect()
    await begin()
    hold()
    await groupSend("1")
    await turn()
    send("a", "b")
    await turn()
    expect(handled).toEqual(["connect", "events 1"])
    await release()
    expect(handled).toEqual(["connect", "events 1", "frames a,b"])
  })

  test("connect comes first, and frames come before the end", async () => {
    const { handled, begin, connect, send, leave } = await consuming()
    connect()
    send("a", "b")
    leave()
    await begin()
    expect(handled).toEqual(["connect", "frames a,b", "disconnect 1001"])
  })

  test("what comes alone is handled at once", async () => {
    const { handled, begin, connect, send, groupSend, leave } =
      await consuming()
    connect()
    await begin()
    send("a")
    await turn()
    await groupSend("1")
    await turn()
    leave()
    await turn()
    const all = ["connect", "frames a", "events 1", "disconnect 1001"]
    expect(handled).toEqual(all)
  })
})

/** Stores a batch, and tells which row each message got. */
async function batching() {
  const own = await ownBatches()

  /** @returns for each message, the text of the row that it got, or why it got
   * none */
  async function store(...messages: NewMessage[]): Promise<string[]> {
    const results = await own.messages.createMany(messages)
    const rows = await own.rows()
    return results.map((result, index) => {
      const { content, key } = messages[index] ?? { content: "" }
      const told = key === undefined ? "" : `, with the key ${key}`
      did(`"${content}"${told}: ${shown(result)}`)
      if (result.status === "rejected") return problemOf(result.reason)
      const found = rows.find(({ id }) => id === result.value?.id)
      return found?.content ?? "a row that does not exist"
    })
  }

  const contents = async () => (await own.rows()).map(({ content }) => content)
  return { ...own, store, contents }
}

function problemOf(error: unknown): string {
  return error instanceof SenderError ? "a SenderError" : "an error"
}

function shown(result: PromiseSettledResult<Placed>): string {
  if (result.status === "rejected") return `${result.reason}`
  return `id ${result.value?.id}, previous ${result.value?.previous}`
}

checks("10-batching/match", () => {
  test("each message gets its own row, and the rows are in the order of the batch", async () => {
    const { of, store, contents } = await batching()
    const outcomes = await store(
      of("one"),
      of({ content: "two", key: "k2" }),
      of({ content: "three", author: "bob" }),
      of({ content: "four", author: "bob", key: "k4" }),
      of("five"),
    )
    const all = ["one", "two", "three", "four", "five"]
    expect(outcomes).toEqual(all)
    expect(await contents()).toEqual(all)
  })

  test("a repeat gets its first row, and the others get their own", async () => {
    const { of, store, contents } = await batching()
    const tea = of({ content: "tea?", key: "k1" })
    await store(tea)
    const three = of({ content: "three", key: "k3" })
    const outcomes = await store(of("one"), tea, of("two"), three)
    expect(outcomes).toEqual(["one", "tea?", "two", "three"])
    expect(await contents()).toEqual(["tea?", "one", "two", "three"])
  })

  test("a batch of repeats only stores nothing", async () => {
    const { of, store, contents } = await batching()
    const tea = of({ content: "tea?", key: "k1" })
    const cake = of({ content: "cake?", key: "k2" })
    await store(tea, cake)
    expect(await store(cake, tea)).toEqual(["cake?", "tea?"])
    expect(await contents()).toEqual(["tea?", "cake?"])
  })

  test("a key that comes twice in one batch is stored once, and both get its row", async () => {
    const { of, store, contents } = await batching()
    const tea = of({ content: "tea?", key: "k1" })
    const outcomes = await store(tea, of("cake?"), tea)
    expect(outcomes).toEqual(["tea?", "cake?", "tea?"])
    expect(await contents()).toEqual(["tea?", "cake?"])
  })

  test("the same key with another text in one batch is refused, alone", async () => {
    const { of, store, contents } = await batching()
    const outcomes = await store(
      of({ content: "tea?", key: "k1" }),
      of({ content: "cake?", key: "k1" }),
      of("coffee?"),
    )
    expect(outcomes).toEqual(["tea?", "a SenderError", "coffee?"])
    expect(await contents()).toEqual(["tea?", "coffee?"])
  })

  test("a key of an earlier message with another text is refused, alone", async () => {
    const { of, store, contents } = await batching()
    await store(of({ content: "tea?", key: "k1" }))
    const cake = of({ content: "cake?", key: "k1" })
    const outcomes = await store(cake, of("coffee?"))
    expect(outcomes).toEqual(["a SenderError", "coffee?"])
    expect(await contents()).toEqual(["tea?", "coffee?"])
  })

  test("two authors have the same key in one batch", async () => {
    const { of, store, contents } = await batching()
    const outcomes = await store(
      of({ content: "from ann", key: "k1" }),
      of({ content: "from bob", key: "k1", author: "bob" }),
    )
    expect(outcomes).toEqual(["from ann", "from bob"])
    expect(await contents()).toEqual(["from ann", "from bob"])
  })

  test('a message without a key is not one with the key "null"', async () => {
    const { of, store } = await batching()
    const tea = of({ content: "tea?", key: "null" })
    expect(await store(tea, of("one"))).toEqual(["tea?", "one"])
    const outcomes = await store(of("two"), tea, of("three"))
    expect(outcomes).toEqual(["two", "tea?", "three"])
  })
})

interface CommitOptions {
  /** Called when a message is published: may wait. */
  readonly onPublish?: (content: string) => void | Promise<void>
}

/** Clients that store messages, and what is published. */
async function committing({ onPublish = () => {} }: CommitOptions = {}) {
  const published: { content: string; id: number }[] = []
  let going: Promise<void> | undefined
  let goOn = () => {}
  const own = await ownBatches({ beforeCommit: () => going })
  const writer = new GroupCommit({
    messages: own.messages,
    async publish({ content }, { id }) {
      did(`"${content}" is published: id ${id}`)
      published.push({ content, id })
      await onPublish(content)
      return true
    },
  })
  onTestFinished(() => goOn())

  return {
    ...own,
    published,

    /** @returns when each of them is answered, "stored" or why not */
    store(...texts: string[]): Promise<string[]> {
      const told = texts.length > 6 ? `${texts.length} messages` : texts.join()
      did(`these arrive: ${told}`)
      return Promise.all(texts.map((text) => storeOne(text)))
    },

    /** From now on, a commit takes until `release`. */
    hold(): void {
      going = new Promise((resolve) => {
        goOn = resolve
      })
    },

    release(): void {
      did("the database commits")
      going = undefined
      goOn()
    },
  }

  async function storeOne(text: string): Promise<string> {
    const stored = writer.store(own.of(text)).then(
      () => "stored",
      (error) => `${error}`,
    )
    return soon(`an answer to "${text}"`, stored)
  }
}

checks("10-batching/commit-what-waits", () => {
  test("what arrives in one turn is one commit", async () => {
    const { batches, store } = await committing()
    await store("one", "two", "three")
    expect(batches).toEqual([["one", "two", "three"]])
  })

  test("a message that comes alone is committed at once", async () => {
    const { batches, store } = await committing()
    const stored = store("one")
    await later()
    await later()
    expect(batches, "before the turn ends").toEqual([["one"]])
    expect(await stored).toEqual(["stored"])
  })

  test("what arrives during one commit goes into the next one", async () => {
    const { batches, store, hold, release, rows } = await committing()
    hold()
    const first = store("one")
    await turn()
    const others = [store("two"), store("three", "four")]
    await turn()
    expect(batches, "commits that have begun").toEqual([["one"]])
    release()
    await Promise.all([first, ...others])
    expect(batches).toEqual([["one"], ["two", "three", "four"]])
    const contents = (await rows()).map(({ content }) => content)
    expect(contents).toEqual(["one", "two", "three", "four"])
  })

  test("a commit stores at most 64", async () => {
    const { batches, store, hold, release } = await committing()
    hold()
    const first = store("one")
    await turn()
    const others = store(...numbers(100))
    release()
    await Promise.all([first, others])
    expect(batches.map(({ length }) => length)).toEqual([1, 64, 36])
  })

  test("messages one after the other are all committed", async () => {
    const { batches, store } = await committing()
    for (const text of ["one", "two", "three"]) await store(text)
    expect(batches).toEqual([["one"], ["two"], ["three"]])
  })

  test("nothing is published or answered before it is committed", async () => {
    const seen: string[][] = []
    const onPublish = async () => {
      const stored = await rows()
      seen.push(stored.map(({ content }) => content))
    }
    const { store, hold, release, rows, published } = await committing({
      onPublish,
    })
    hold()
    let isAnswered = false
    const stored = store("one", "two").finally(() => {
      isAnswered = true
    })
    await turn()
    await turn()
    expect({ published, isAnswered }).toEqual({
      published: [],
      isAnswered: false,
    })
    release()
    await stored
    const contents = (await rows()).map(({ content }) => content)
    expect(contents, "in the database, when it was answered").toEqual([
      "one",
      "two",
    ])
    expect(seen[0], "in the database, when it was published").toEqual(contents)
  })

  test("all of a batch is published in the order of ids, and none waits for another", async () => {
    let goOn = () => {}
    const never = new Promise<void>((resolve) => {
      goOn = resolve
    })
    onTestFinished(() => goOn())
    const { store, published } = await committing({ onPublish: () => never })
    await store("one", "two", "three")
    await store("four")
    expect(published).toEqual([
      { content: "one", id: 1 },
      { content: "two", id: 2 },
      { content: "three", id: 3 },
      { content: "four", id: 4 },
    ])
  })

  test("a message that arrives while others are published is committed as well", async () => {
    let more: Promise<string[]> | undefined
    const { store, published } = await committing({
      onPublish() {
        more ??= store("two")
      },
    })
    await store("one")
    expect(await more).toEqual(["stored"])
    const contents = published.map(({ content }) => content)
    expect(contents).toEqual(["one", "two"])
  })

  test("a commit that fails does not stop the next one", async () => {
    const { database, store, published, hold, release, batches } =
      await committing()
    did("the table is missing")
    await database.writer.all("ALTER TABLE messages RENAME TO away")
    hold()
    const failing = store("one", "two")
    await turn()
    const next = store("three")
    await turn()
    release()
    const missing = expect.stringContaining("no such table")
    expect(await failing).toEqual([missing, missing])
    expect(await next).toEqual([missing])
    did("the table is back")
    await database.writer.all("ALTER TABLE away RENAME TO messages")
    expect(await store("four")).toEqual(["stored"])
    expect(batches).toEqual([["one", "two"], ["three"], ["four"]])
    expect(published.map(({ content }) => content)).toEqual(["four"])
  })
})

test("nothing is sent to a client after its close frame was answered", async () => {
  const [ann] = writing("Ann") as [Person]
  const { stream, socket } = ann
  const errors: Error[] = []
  stream.on("error", (error) => errors.push(error))
  ann.write("one")
  did("Ann's client sends a close frame")
  stream.push(Buffer.from([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8]))
  while (socket.readyState === socket.OPEN) await turn()
  ann.write("two")
  await turn()
  did("the turn has ended")
  expect(errors, "errors of Ann's stream").toEqual([])
  const hex = Buffer.concat(stream.writes.flat()).toString("hex")
  expect(hex, "a text frame, and a close frame").toBe("81036f6e65880203e8")
})

test("a message of a deleted author fails alone", async () => {
  const { database, authors, of, store, contents } = await batching()
  did("bob's account is deleted")
  await database.writer.all("DELETE FROM users WHERE id = ?", [authors.bob.id])
  const outcomes = await store(
    of("one"),
    of({ content: "from bob", author: "bob" }),
    of({ content: "two", key: "k2" }),
  )
  expect(outcomes).toEqual(["one", "an error", "two"])
  expect(await contents()).toEqual(["one", "two"])
})

test("previous is the message before it in its room, also within a batch", async () => {
  const { messages, of } = await batching()
  const results = await messages.createMany([
    of("lobby 1"),
    of({ content: "kitchen 1", room: "kitchen" }),
    of("lobby 2"),
    of({ content: "kitchen 2", room: "kitchen", key: "k1" }),
    of({ content: "lobby 3", author: "bob", key: "k1" }),
  ])
  const places = results.map((result) => {
    if (result.status === "rejected") throw result.reason
    const { id, previous } = result.value
    return { id, previous }
  })
  expect(places).toEqual([
    { id: 1, previous: 0 },
    { id: 2, previous: 0 },
    { id: 3, previous: 1 },
    { id: 4, previous: 2 },
    { id: 5, previous: 3 },
  ])
})
