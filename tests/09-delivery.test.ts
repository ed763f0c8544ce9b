import { setImmediate as turn } from "node:timers/promises"
import { afterEach, expect, onTestFinished, test, vi } from "vitest"
import type { ChatEvent } from "../steps/04-groups/chat-event.ts"
import type { Visit } from "../steps/09-delivery/rooms/visit.ts"
import { signUp } from "./support/accounts.ts"
import { checks } from "./support/checks.ts"
import { noteErrors } from "./support/failures.ts"
import { inDatabase } from "./support/in-database.ts"
import { load } from "./support/load.ts"
import { ownMessages } from "./support/placed-messages.ts"
import { connect, ownEnvironment, startServer } from "./support/servers.ts"
import { did } from "./support/story.ts"

const { isRecovered } = await load<
  typeof import("../steps/09-delivery/rooms/visit.ts")
>("09-delivery/rooms/visit.ts")
const { Room } = await load<
  typeof import("../steps/09-delivery/rooms/room.ts")
>("09-delivery/rooms/room.ts")
const { Reader } = await load<
  typeof import("../steps/09-delivery/rooms/reader.ts")
>("09-delivery/rooms/reader.ts")
const { Rooms } = await load<
  typeof import("../steps/09-delivery/rooms/rooms.ts")
>("09-delivery/rooms/rooms.ts")
const { openOutbox } = await load<
  typeof import("../steps/09-delivery/static/outbox.js")
>("09-delivery/static/outbox.js")
const { SenderError } = await load<
  typeof import("../steps/01-echo/consumer/sender-error.ts")
>("01-echo/consumer/sender-error.ts")
const { Queue } =
  await load<typeof import("../steps/01-echo/queue.ts")>("01-echo/queue.ts")

const nothing: string[] = []

checks("09-delivery/recovered", () => {
  const ours = "k3f9"
  const none = 0
  test.each<[what: string, number, string, number, number, boolean]>([
    ["two messages were missed", 8, ours, 10, 2, true],
    ["none was missed", 10, ours, 10, none, true],
    ["nothing was ever written, nor shown", 0, ours, 0, none, true],
    ["nothing was shown yet", 0, ours, 4, 4, true],
    ["what was missed has been deleted", 8, ours, 10, none, true],
    ["the other messages are of other rooms", 8, ours, 5_000, 3, true],
    ["exactly 1,000 were missed", 0, ours, 1_000, 1_000, true],
    ["1,001 were missed", 0, ours, 1_001, 1_001, false],
    ["the position never existed", 108, ours, 20, none, false],
    ["the position is one too high", 21, ours, 20, none, false],
    ["the position is no number", Infinity, ours, 20, none, false],
    ["the position is from another epoch", 8, "a7c2", 10, 2, false],
    ["another epoch has as many messages", 10, "a7c2", 10, none, false],
    ["another epoch, and nothing was shown", 0, "a7c2", 10, 10, false],
    ["the epoch is missing", 8, "", 10, 2, false],
  ])("%s", (_what, since, epoch, highest, missed, expected) => {
    did(`the database has the epoch ${ours}, its highest id is ${highest}`)
    did(`a client returns with since=${since} and epoch=${epoch}`)
    did(`${missed} messages of its room come after that`)
    const top = { epoch: ours, highest }
    const recovered = isRecovered(since, epoch, top, missed)
    expect(recovered, "recovered").toBe(expected)
  })

  test("a client that is recovered gets all that it missed; another, the newest", async () => {
    const { database, messages, stored } = await ownMessages()
    const { id: since } = await stored("seen")
    for (const text of ["missed", "missed as well"]) await stored(text)
    const { epoch } = await messages.top()
    const room = new Room("lobby", messages, () => {})
    const join = async (visit: Visit) => {
      const { isRecovered, events } = await room.join(visit)
      const isKnown = visit.epoch === epoch
      did(`it returns with ${isKnown ? "this" : "another"} epoch`)
      return { isRecovered, texts: events.map(({ message }) => message) }
    }
    expect(await join({ since, epoch })).toEqual({
      isRecovered: true,
      texts: ["missed", "missed as well"],
    })
    expect(await join({ since, epoch: "another" })).toEqual({
      isRecovered: false,
      texts: ["seen", "missed", "missed as well"],
    })
    did("all messages are deleted")
    await database.writer.all("DELETE FROM messages")
    const last = { isRecovered: true, texts: nothing }
    expect(await join({ since, epoch })).toEqual(last)
  })
})

/** A client in the lobby, and what it has been shown. */
async function reading(beforeReading?: () => void) {
  const { messages, count, stored } = await ownMessages(beforeReading)
  const shown: string[] = []
  const room = new Room("lobby", messages, () => {})
  const reader = new Reader(room, async ({ message }) => {
    did(`the client is shown "${message}"`)
    shown.push(message)
  })

  async function take(event: ChatEvent): Promise<void> {
    const { id, previous } = event
    did(`an event comes from the layer: id ${id}, previous ${previous}`)
    await reader.take(event, Number(id))
  }

  return { count, shown, stored, take }
}

checks("09-delivery/fill-hole", () => {
  test("a message that follows the last one is shown, and nothing is read", async () => {
    const { count, shown, stored, take } = await reading()
    await take(await stored("one"))
    await take(await stored("two"))
    expect(shown).toEqual(["one", "two"])
    expect(count.after, "readings of the room").toBe(0)
  })

  test("a message that was shown is dropped when it comes again", async () => {
    const { count, shown, stored, take } = await reading()
    const one = await stored("one")
    await take(one)
    await take(await stored("two"))
    await take(one)
    await take(await stored("three"))
    expect(shown).toEqual(["one", "two", "three"])
    expect(count.after, "readings of the room").toBe(0)
  })

  test("a lost event is read from the database, before what came after it", async () => {
    const { shown, stored, take } = await reading()
    await take(await stored("one"))
    for (const lost of ["two", "three"]) await stored(lost)
    await take(await stored("four"))
    expect(shown).toEqual(["one", "two", "three", "four"])
  })

  test("what was read is not shown again when the next event is lost", async () => {
    const { shown, stored, take } = await reading()
    await stored("one, which is lost")
    await take(await stored("two"))
    await stored("three, which is lost")
    await take(await stored("four"))
    expect(shown).toEqual([
      "one, which is lost",
      "two",
      "three, which is lost",
      "four",
    ])
  })

  test("events in another order than their ids are shown in that of the ids", async () => {
    const { shown, stored, take } = await reading()
    const one = await stored("one")
    const two = await stored("two")
    const three = await stored("three")
    for (const event of [two, one, three]) await take(event)
    expect(shown).toEqual(["one", "two", "three"])
  })

  test("an event without previous, of a server of step 7, makes the room be read", async () => {
    const { shown, stored, take } = await reading()
    await take(await stored("one"))
    await stored("two, which is lost")
    const { previous: _, ...three } = await stored("three")
    await take(three)
    const lost = "two, which is lost"
    expect(shown).toEqual(["one", lost, "three"])
    await take(await stored("four"))
    expect(shown).toEqual(["one", lost, "three", "four"])
  })

  test("an id that is not in the room shows nothing, and loses nothing after it", async () => {
    const { shown, stored, take } = await reading()
    const one = await stored("one")
    await take(one)
    await take({ ...one, message: "forged", id: 9_999, previous: 9_998 })
    await take(await stored("two"))
    expect(shown).toEqual(["one", "two"])
  })

  test("while the database cannot be read, nothing is skipped", async () => {
    const printed = noteErrors()
    let isAway = false
    const { shown, stored, take } = await reading(() => {
      if (isAway) throw new Error("the database cannot be read")
    })
    await stored("one, which is lost")
    const two = await stored("two")
    isAway = true
    did("the database cannot be read")
    await take(two)
    isAway = false
    did("the database can be read again")
    expect(shown).toEqual(nothing)
    await take(await stored("three"))
    expect(shown).toEqual(["one, which is lost", "two", "three"])
    expect(printed.join()).toContain("A room cannot be read")
  })
})

interface Sender {
  readonly author?: "ann" | "bob"
  readonly room?: string
}

/** Messages that ann and bob send, by `create`. */
async function creating() {
  const { database, messages, user } = await ownMessages()
  const authors = { ann: await user("ann"), bob: await user("bob") }

  async function create(
    text: string,
    key?: string,
    { author = "ann", room = "lobby" }: Sender = {},
  ) {
    const told = key === undefined ? "without a key" : `with the key ${key}`
    did(`${author} sends "${text}" to the ${room}, ${told}`)
    const { id } = authors[author]
    const placed = await messages.create(id, room, text, key)
    did(`create returns the id ${placed.id}, previous ${placed.previous}`)
    // A design may return more.
    const { timestamp, previous } = placed
    return { id: placed.id, timestamp, previous }
  }

  const rows = () => messages.lastMessages("lobby")
  const texts = async () => (await rows()).map(({ content }) => content)
  return { database, create, rows, texts }
}

checks("09-delivery/acknowledge-repeat", () => {
  test("a message is stored, with its key, and has its place", async () => {
    const { create, rows } = await creating()
    const other = await create("elsewhere", "k0", { room: "kitchen" })
    const one = await create("one", "k1")
    const two = await create("two", "k2")
    expect(one.previous, "previous of the first in its room").toBe(0)
    expect(two.previous, "previous of the second").toBe(one.id)
    expect(other.id).toBeLessThan(one.id)
    const stored = (await rows()).map(({ id, content, key }) => {
      return { id, content, key }
    })
    expect(stored).toEqual([
      { id: one.id, content: "one", key: "k1" },
      { id: two.id, content: "two", key: "k2" },
    ])
  })

  test("a repeat is stored once, and gets the place of the first", async () => {
    const { create, texts } = await creating()
    const first = await create("tea?", "k1")
    await create("meanwhile", "k2", { author: "bob" })
    expect(await create("tea?", "k1")).toEqual(first)
    expect(await texts()).toEqual(["tea?", "meanwhile"])
  })

  test("the same text with another key is another message", async () => {
    const { create, texts } = await creating()
    await create("tea?", "k1")
    await create("tea?", "k2")
    expect(await texts()).toEqual(["tea?", "tea?"])
  })

  test("messages without a key are never repeats", async () => {
    const { create, texts } = await creating()
    for (const text of ["tea?", "tea?", "cake?"]) await create(text)
    expect(await texts()).toEqual(["tea?", "tea?", "cake?"])
  })

  test("a key belongs to its author: another has the same one", async () => {
    const { create, texts } = await creating()
    await create("from ann", "k1")
    const bobs = await create("from bob", "k1", { author: "bob" })
    const { id } = await create("from bob", "k1", { author: "bob" })
    expect(id, "the id of bob's repeat").toBe(bobs.id)
    expect(await texts()).toEqual(["from ann", "from bob"])
  })

  test("of ten repeats at the same moment, one is stored", async () => {
    const { create, texts } = await creating()
    const all = Array.from({ length: 10 }, () => create("tea?", "k1"))
    const ids = (await Promise.all(all)).map(({ id }) => id)
    expect(await texts()).toEqual(["tea?"])
    expect(new Set(ids).size, "different ids").toBe(1)
  })

  test.each([
    ["another text", "cake?", "lobby"],
    ["another room", "tea?", "kitchen"],
  ])(
    "%s with a used key is refused, and changes nothing",
    async (_what, text, room) => {
      const { create, rows } = await creating()
      await create("tea?", "k1")
      const before = await rows()
      const outcome = create(text, "k1", { room }).then(
        ({ id }) => `the message ${id}`,
        (error) =>
          error instanceof SenderError ? "a SenderError" : `${error}`,
      )
      expect(await outcome).toBe("a SenderError")
      expect(await rows()).toEqual(before)
    },
  )

  test("create rejects if the database refuses the message", async () => {
    const { messages } = await ownMessages()
    did("no user has the id 3")
    const creating = messages.create(3, "lobby", "tea?", "k1")
    await expect(creating).rejects.toThrow("FOREIGN KEY")
  })
})

/** A page's outbox, whose connection records what is sent on it. */
function outbox() {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] })
  let kept = ""
  let sent: { message: string; key: string }[] = []
  const silences = { count: 0 }
  const open = () =>
    openOutbox({
      memory: {
        read: () => kept,
        write(text) {
          kept = text
        },
      },
      onChange() {},
      onSilence() {
        did("the page gives the connection up")
        silences.count++
      },
    })
  let box = open()

  /** @param isOpen whether the connection can send */
  function connect(isOpen = () => true): void {
    did("the page has a connection, and the server has answered it")
    box.begin((data) => {
      if (!isOpen()) {
        did("the page cannot send it: the socket is not open")
        return false
      }
      did(`the page sends ${data}`)
      sent.push(JSON.parse(data))
      return true
    })
  }

  /** What was sent since this was last called. */
  function news(): string[] {
    const texts = sent.map(({ message }) => message)
    sent = []
    return texts
  }

  return {
    silences,
    connect,
    news,

    write(...texts: string[]): void {
      did(`the person writes ${texts.join(", ")}`)
      for (const text of texts) box.add(text)
    },

    drop(): void {
      did("the connection drops")
      box.pause()
    },

    reload(): void {
      did("the page is loaded again")
      box.pause()
      box = open()
    },

    keyOf(text: string): string {
      const entry = box.entries.find((it) => it.text === text)
      return entry?.key ?? "none: it is no longer in the outbox"
    },

    sentKeys: () => sent.map(({ key }) => key),

    acknowledge(text: string): void {
      did(`the server acknowledges "${text}"`)
      box.acknowledge(keyIn(text))
    },

    refuse(text: string, retryAfter?: number): void {
      const wait = retryAfter ? `, and says: again in ${retryAfter} s` : ""
      did(`the server refuses "${text}"${wait}`)
      box.refuse(keyIn(text), "no", retryAfter)
    },

    pass(seconds: number): void {
      did(`${seconds} s pass`)
      vi.advanceTimersByTime(seconds * 1_000)
    },
  }

  function keyIn(text: string): string {
    return box.entries.find((it) => it.text === text)?.key ?? ""
  }
}

checks("09-delivery/outbox", () => {
  afterEach(() => void vi.useRealTimers())

  test("nothing is sent before there is a connection", () => {
    const { write, news, connect } = outbox()
    write("one")
    expect(news()).toEqual(nothing)
    connect()
    expect(news()).toEqual(["one"])
  })

  test("a message is sent with its key", () => {
    const { write, connect, keyOf, sentKeys } = outbox()
    connect()
    write("one")
    const [key] = sentKeys()
    expect(keyOf("one"), "the key in the outbox").toBe(key)
  })

  test("the second message is sent when the first one has its answer", () => {
    const { write, news, connect, acknowledge } = outbox()
    connect()
    write("one", "two", "three")
    expect(news()).toEqual(["one"])
    acknowledge("one")
    expect(news()).toEqual(["two"])
    acknowledge("two")
    expect(news()).toEqual(["three"])
  })

  test("a message without an answer is sent again on the next connection, with the same key", () => {
    const { write, connect, drop, keyOf, sentKeys, news } = outbox()
    connect()
    write("one", "two")
    const key = keyOf("one")
    for (const _ of Array(2)) {
      drop()
      connect()
    }
    expect(sentKeys()).toEqual([key, key, key])
    expect(news()).toEqual(["one", "one", "one"])
  })

  test("a message without an answer is sent again after a reload, with the same key", () => {
    const { write, connect, reload, keyOf, sentKeys } = outbox()
    connect()
    write("one")
    const key = keyOf("one")
    reload()
    connect()
    expect(sentKeys()).toEqual([key, key])
  })

  test("an acknowledged message is never sent again", () => {
    const { write, connect, drop, acknowledge, news } = outbox()
    connect()
    write("one", "two")
    acknowledge("one")
    news()
    drop()
    connect()
    expect(news()).toEqual(["two"])
  })

  test("a refused message stays, and those after it are sent", () => {
    const { write, connect, drop, refuse, keyOf, news } = outbox()
    connect()
    write("one", "two")
    const key = keyOf("one")
    refuse("one")
    expect(news()).toEqual(["one", "two"])
    drop()
    connect()
    expect(news()).toEqual(["two"])
    expect(keyOf("one")).toBe(key)
  })

  test("told to wait, the page sends the same message again after that time", () => {
    const { write, connect, refuse, pass, news } = outbox()
    connect()
    write("one", "two")
    refuse("one", 1.5)
    news()
    pass(1.4)
    expect(news()).toEqual(nothing)
    pass(0.2)
    expect(news()).toEqual(["one"])
  })

  test("a message that the connection did not take is not waited for", () => {
    const { write, connect, news } = outbox()
    let isOpen = false
    connect(() => isOpen)
    write("one")
    did("the socket is open")
    isOpen = true
    write("two")
    expect(news()).toEqual(["one"])
  })

  test("without an answer for 10 s, the page gives the connection up", () => {
    const { write, connect, acknowledge, pass, silences } = outbox()
    connect()
    write("one", "two")
    pass(6)
    acknowledge("one")
    pass(6)
    expect(silences.count, "connections given up").toBe(0)
    pass(6)
    expect(silences.count, "connections given up").toBe(1)
  })
})

/** Rooms with a member in the lobby, on a clock that the check moves.
 * @param beforeLook may hold the database back */
async function looking(beforeLook?: () => Promise<void>) {
  noteErrors()
  let running = 0
  const { messages, count, stored } = await ownMessages(beforeLook)
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] })
  let whenBack = () => {}
  const switched = {
    reachesAll: true,
    onBack(listener: () => void) {
      whenBack = listener
      return () => {}
    },
  }
  const rooms = new Rooms(switched, messages)
  onTestFinished(async () => {
    await rooms.close()
    vi.useRealTimers()
  })
  const newestIds = messages.newestIds.bind(messages)
  messages.newestIds = (names) => {
    running++
    return newestIds(names).finally(() => running--)
  }
  const bell = new Queue<{ readonly isHeartbeat: boolean }>()
  rooms.open("lobby").enter(bell)
  did("a client is in the lobby")

  /** Resolves when no look is running. */
  async function settled(): Promise<void> {
    await turn()
    while (running > 0) await turn()
    await turn()
  }

  /** Seconds pass, one after the other.
   * @returns how many looks began */
  async function pass(seconds: number): Promise<string> {
    const before = count.newestIds
    for (const _ of Array(seconds)) {
      vi.advanceTimersByTime(1_000)
      await settled()
    }
    const looks = plural(count.newestIds - before)
    did(`${seconds} s pass: ${looks}`)
    return looks
  }

  /** What the bell rang for, since this was last called. */
  async function rings(): Promise<string[]> {
    await settled()
    const taken: string[] = []
    while (bell.length > 0) {
      const { isHeartbeat } = await bell.take()
      taken.push(isHeartbeat ? "heartbeat" : "look")
    }
    return taken
  }

  async function layer(what: "is away" | "is back"): Promise<void> {
    did(`the layer ${what}`)
    switched.reachesAll = what === "is back"
    if (switched.reachesAll) whenBack()
    await settled()
  }

  return { stored, pass, rings, layer, settled }
}

function plural(looks: number): string {
  return looks === 1 ? "1 look" : `${looks} looks`
}

checks("09-delivery/look-again", () => {
  test("while the layer reaches all, there is one look in 20 s", async () => {
    const { pass } = await looking()
    expect(await pass(19)).toBe("0 looks")
    expect(await pass(1)).toBe("1 look")
    expect(await pass(19)).toBe("0 looks")
    expect(await pass(1)).toBe("1 look")
  })

  test("a lost message with none after it is found within 20 s", async () => {
    const { stored, pass, rings } = await looking()
    await stored("lost")
    await pass(20)
    expect(await rings()).toEqual(["heartbeat"])
  })

  test("a heartbeat tells each client, even if nothing is new", async () => {
    const { pass, rings } = await looking()
    await pass(20)
    expect(await rings(), "after 20 s").toEqual(["heartbeat"])
    await pass(20)
    expect(await rings(), "after 40 s").toEqual(["heartbeat"])
  })

  test("while the layer is away, there is a look each second", async () => {
    const { stored, pass, rings, layer } = await looking()
    await layer("is away")
    expect(await pass(3)).toBe("3 looks")
    expect(await rings(), "without a new message").toEqual(nothing)
    await stored("by another process")
    await pass(1)
    expect(await rings()).toEqual(["look"])
  })

  test("heartbeats go on while the layer is away", async () => {
    const { pass, rings, layer } = await looking()
    await layer("is away")
    await pass(20)
    expect(await rings()).toEqual(["heartbeat"])
  })

  test("for 5 s after the layer is back, there is a look each second", async () => {
    const { stored, pass, rings, layer } = await looking()
    await pass(1)
    await layer("is away")
    await pass(1)
    await layer("is back")
    expect(await pass(4)).toBe("4 looks")
    await stored("by a process that is not back yet")
    await pass(1)
    expect(await rings()).toEqual(["look"])
    expect(await pass(12)).toBe("0 looks")
  })

  test("a heartbeat comes late, but it comes, when a look takes 3 s", async () => {
    let goOn = () => {}
    let held: Promise<void> | undefined
    const { pass, rings, layer, settled } = await looking(async () => held)
    await layer("is away")
    await pass(18)
    held = new Promise((resolve) => {
      goOn = resolve
    })
    did("the database takes its time")
    for (const _ of Array(3)) {
      vi.advanceTimersByTime(1_000)
      await turn()
    }
    did("3 s later, it answers")
    held = undefined
    goOn()
    await settled()
    expect(await rings()).toEqual(["heartbeat"])
  })
})

test("a message that was stored and not sent is sent when its writer sends it again", async () => {
  const env = await ownEnvironment()
  const server = await startServer("09-delivery", env)
  const headers = await signUp(server, "ann")
  const path = "/ws/chat/lobby/?since="
  const first = await connect(server, path, { headers, name: "the first tab" })
  expect(await first.nextFrame()).toMatchObject({ joined: { count: 0 } })
  did("the server stores a message, and is killed before it sends it")
  await inDatabase(
    env,
    `INSERT INTO messages (author_id, room, content, key)
     SELECT id, 'lobby', 'tea?', 'k1' FROM users WHERE username = 'ann'`,
  )
  const other = await connect(server, path, { headers, name: "another tab" })
  await other.nextFrames(2)
  other.send('{"message":"tea?","key":"k1"}')
  expect(await other.nextFrame()).toEqual({ ack: "k1", id: 1 })
  expect(await first.nextFrame()).toMatchObject({ message: "tea?", id: 1 })
})
