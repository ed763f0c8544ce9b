import { randomBytes } from "node:crypto"
import { setImmediate as turn } from "node:timers/promises"
import { decode } from "@msgpack/msgpack"
import { expect, onTestFinished, test } from "vitest"
import type { LayerEvent } from "../steps/04-groups/channel-layer.ts"
import type { ChannelApplication } from "../steps/11-django/workers/channel-application.ts"
import { ownBatches } from "./support/batched-messages.ts"
import { checks } from "./support/checks.ts"
import { ownPrefix, rawRedis, redisUrl } from "./support/core-layer.ts"
import { bothKeys, signedBy, vectors } from "./support/django-vectors.ts"
import { load } from "./support/load.ts"
import { printedErrors } from "./support/printed-errors.ts"
import { queueOfEvents } from "./support/queue-of-events.ts"
import { RedisProxy } from "./support/redis-proxy.ts"
import { soon } from "./support/soon.ts"
import { did } from "./support/story.ts"
import { WatchedLayer } from "./support/watched-layer.ts"

const { CoreHost } = await load<
  typeof import("../steps/11-django/layer/core-host.ts")
>("11-django/layer/core-host.ts")
const { increasingClock } = await load<
  typeof import("../steps/11-django/layer/increasing-clock.ts")
>("11-django/layer/increasing-clock.ts")
const { msgpackSerializer } = await load<
  typeof import("../steps/11-django/layer/serializers.ts")
>("11-django/layer/serializers.ts")
const { ChannelFull } = await load<
  typeof import("../steps/04-groups/channel-layer.ts")
>("04-groups/channel-layer.ts")
const { InMemoryChannelLayer } = await load<
  typeof import("../steps/04-groups/in-memory-channel-layer.ts")
>("04-groups/in-memory-channel-layer.ts")
const { LayerUnavailable } = await load<
  typeof import("../steps/05-redis/layer-unavailable.ts")
>("05-redis/layer-unavailable.ts")
const { Rooms } = await load<
  typeof import("../steps/09-delivery/rooms/rooms.ts")
>("09-delivery/rooms/rooms.ts")
const { openMessageWriter } = await load<
  typeof import("../steps/10-batching/message-writer.ts")
>("10-batching/message-writer.ts")
const { ChannelNameRouter } = await load<
  typeof import("../steps/11-django/workers/channel-name-router.ts")
>("11-django/workers/channel-name-router.ts")
const { handOver } = await load<
  typeof import("../steps/11-django/workers/hand-over.ts")
>("11-django/workers/hand-over.ts")
const { unsign } = await load<
  typeof import("../steps/11-django/login/signature.ts")
>("11-django/login/signature.ts")

/** An event for channels of the queue "specific.here!". */
function forChannels(text: string, ...names: string[]): LayerEvent {
  const channels = names.map((name) => `specific.here!${name}`)
  return { type: "x", text, __asgi_channel__: channels }
}

checks("11-django/pop-and-buffer", () => {
  test("an event is delivered to each channel that its message lists", async () => {
    const { put, receive, delivered } = await queueOfEvents()
    await put(forChannels("hi", "ann", "bob"))
    await put(forChannels("hello", "carol"))
    await receive(2)
    expect(delivered).toEqual([
      "specific.here!ann: hi",
      "specific.here!bob: hi",
      "specific.here!carol: hello",
    ])
  })

  test("the oldest message comes first", async () => {
    const { put, receive, delivered, later } = await queueOfEvents()
    await put(forChannels("two", "ann"), later + 0.5)
    await put(forChannels("three", "ann"), later + 0.75)
    await put(forChannels("one", "ann"), later + 0.25)
    await receive(3)
    const texts = delivered.map((it) => it.replace(/.*: /, ""))
    expect(texts).toEqual(["one", "two", "three"])
  })

  test("one call of receive takes one message", async () => {
    const { put, receive, delivered, redis, key } = await queueOfEvents()
    for (const text of ["one", "two"]) await put(forChannels(text, "ann"))
    await receive()
    expect(delivered).toEqual(["specific.here!ann: one"])
    expect(await redis.zcard(key), "messages in the queue").toBe(1)
  })

  test("receive waits for a message that comes later", async () => {
    const { put, receive, delivered, untilItWaits } = await queueOfEvents()
    const received = receive()
    const waiting = untilItWaits().then(() => "waits")
    const first = await Promise.race([waiting, received])
    expect(first, "the queue").toBe("waits")
    await put(forChannels("hi", "ann"))
    await received
    expect(delivered).toEqual(["specific.here!ann: hi"])
  })

  test("Redis is asked to wait for 5 seconds", async () => {
    const proxy = await RedisProxy.open(redisUrl)
    const { url } = proxy
    const asked = new Promise<string>((resolve) => {
      proxy.onCommand = ([command = "", , seconds = ""]) => {
        if (/^bzpopmin$/i.test(command)) resolve(seconds)
      }
    })
    const { redis, receive, untilItWaits } = await queueOfEvents(undefined, {
      url,
    })
    const received = receive()
    expect(await soon("a BZPOPMIN", asked), "seconds to wait").toBe("5")
    await redis.client("UNBLOCK", await untilItWaits())
    await received
  })

  test("receive ends without an event if Redis answers that none has come", async () => {
    const { put, receive, delivered, untilItWaits, redis } =
      await queueOfEvents()
    const received = receive()
    const id = await soon("a BZPOPMIN that waits", untilItWaits())
    did("CLIENT UNBLOCK: as if five seconds had passed")
    await redis.client("UNBLOCK", id)
    await received
    expect(delivered).toEqual([])
    await put(forChannels("hi", "ann"))
    await receive()
    expect(delivered).toEqual(["specific.here!ann: hi"])
  })

  test("a message is in flight before its event is delivered", async () => {
    const proxy = await RedisProxy.open(redisUrl)
    const { put, receive, delivered, untilItWaits, ...it } =
      await queueOfEvents(undefined, { url: proxy.url })
    const received = receive()
    await soon("a BZPOPMIN that waits", untilItWaits())
    proxy.hold()
    await put(forChannels("hi", "ann"))
    const next = async () => {
      while (!proxy.holdsCommands && delivered.length === 0) await turn()
    }
    await soon("the next command, or a delivery", next())
    did(`${await it.countInFlight()} messages are in flight`)
    expect(delivered, "delivered before the message is in flight").toEqual([])
    proxy.release()
    await received
    expect(delivered).toEqual(["specific.here!ann: hi"])
  })

  test("a message that was delivered is no longer in flight, and does not come again", async () => {
    const { put, receive, delivered, countInFlight } = await queueOfEvents()
    for (const text of ["one", "two", "three"]) {
      await put(forChannels(text, "ann"))
    }
    await receive(3)
    const message = "messages in flight"
    await expect.poll(countInFlight, { message }).toBe(0)
    const texts = delivered.map((it) => it.replace(/.*: /, ""))
    expect(texts).toEqual(["one", "two", "three"])
  })

  test("a message that is not an event is dropped, and the next one is delivered", async () => {
    const { put, receive, delivered, ...it } = await queueOfEvents()
    await put("c1")
    await receive()
    const message = "messages in flight"
    await expect.poll(it.countInFlight, { message }).toBe(0)
    await put(forChannels("hi", "ann"))
    await receive()
    expect(delivered).toEqual(["specific.here!ann: hi"])
    expect(it.printed).toHaveLength(1)
  })
})

/** Sends to members through one Redis, and reads the queues as another program
 * does. */
async function sending(capacity = 100, url = redisUrl) {
  const prefix = ownPrefix()
  const redis = rawRedis()
  const host = await CoreHost.connect(url, {
    ...{ prefix, capacity, expirySeconds: 60, groupExpirySeconds: 86_400 },
    ...{
      serializer: msgpackSerializer,
      clock: increasingClock(),
      redis: undefined,
    },
  })
  const queues = ["dice", "specific.here!", "specific.there!"]
  const keys = queues.map((it) => prefix + it)
  onTestFinished(async () => {
    host.close()
    await redis.del(keys)
  })

  return {
    ...{ prefix, redis, keys },

    async send(members: readonly string[], text: string): Promise<void> {
      did(`"${text}" is sent to ${members.join(", ") || "no member"}`)
      await host.sendToMembers(members, { type: "x", text })
    },

    /** Puts a message that is not ours into a queue. */
    async fill(queue: string, count: number): Promise<void> {
      did(`${count} messages wait in ${queue}`)
      for (let index = 0; index < count; index++) {
        await redis.zadd(
          prefix + queue,
          Date.now() / 1_000 - 1,
          Buffer.concat([randomBytes(12), noMessage]),
        )
      }
    },

    /** What waits, by the name of its queue: the text and the channels. */
    async waiting(): Promise<Record<string, string[]>> {
      const found: Record<string, string[]> = {}
      for (const [index, key] of keys.entries()) {
        const messages = await redis.zrangeBuffer(key, "0", "-1")
        const name = queues[index] ?? ""
        if (messages.length > 0) found[name] = messages.map(shown)
      }
      return found
    },
  }
}

/** MessagePack never begins with this byte. */
const noMessage = Buffer.from([0xc1])

function shown(message: Buffer): string {
  try {
    const body = decode(message.subarray(12)) as Record<string, unknown>
    return `${body.text} for ${JSON.stringify(body.__asgi_channel__)}`
  } catch {
    return "not an event"
  }
}

const here = ["specific.here!ann", "specific.here!bob"]
const there = ["specific.there!carol"]

checks("11-django/group-send-script", () => {
  test("channels of one process get one message, which lists them", async () => {
    const { send, waiting } = await sending()
    await send(here, "hi")
    expect(await waiting()).toEqual({
      "specific.here!": ['hi for ["specific.here!ann","specific.here!bob"]'],
    })
  })

  test("each queue gets a message for its own channels only", async () => {
    const { send, waiting } = await sending()
    await send([...there, "dice", ...here], "hi")
    expect(await waiting()).toEqual({
      dice: ['hi for ["dice"]'],
      "specific.here!": ['hi for ["specific.here!ann","specific.here!bob"]'],
      "specific.there!": ['hi for ["specific.there!carol"]'],
    })
  })

  test("one script sends to all queues", async () => {
    const proxy = await RedisProxy.open(redisUrl)
    const names: string[] = []
    proxy.onCommand = ([name = ""]) => names.push(name)
    const { send } = await sending(100, proxy.url)
    await send([...here, ...there, "dice"], "hi")
    expect(names.filter((it) => it === "EVAL")).toEqual(["EVAL"])
    expect(names.filter((it) => it === "ZADD")).toEqual([])
  })

  test("a queue that is full gets nothing, and the others do", async () => {
    const { send, waiting, fill } = await sending(2)
    await fill("specific.here!", 2)
    await fill("dice", 1)
    await send([...there, ...here, "dice"], "hi")
    const other = "not an event"
    expect(await waiting()).toEqual({
      dice: [other, 'hi for ["dice"]'],
      "specific.here!": [other, other],
      "specific.there!": ['hi for ["specific.there!carol"]'],
    })
  })

  test("50 events that are sent at once are in the order of sending", async () => {
    const { send, waiting } = await sending()
    const texts = Array.from({ length: 50 }, (_, index) => `event ${index}`)
    await Promise.all(texts.map((text) => send(there, text)))
    const { "specific.there!": found = [] } = await waiting()
    expect(found.map((it) => it.replace(/ for .*/, ""))).toEqual(texts)
  })

  test("the same event twice is two messages", async () => {
    const { send, waiting } = await sending()
    for (const text of ["hi", "hi"]) await send(there, text)
    const message = 'hi for ["specific.there!carol"]'
    expect(await waiting()).toEqual({ "specific.there!": [message, message] })
  })

  test("a message has its time in seconds, and its queue expires after a minute", async () => {
    const { send, redis, keys } = await sending()
    const begin = Date.now() / 1_000
    await send([...there, "dice"], "hi")
    for (const key of [keys[0], keys[2]] as string[]) {
      const [, time] = await redis.zrangeBuffer(key, "0", "-1", "WITHSCORES")
      const late = Math.abs(Number(time?.toString()) - begin)
      expect(late, "seconds between that and now").toBeLessThan(10)
      const seconds = await redis.ttl(key)
      const left = "seconds until it expires (-1 is never)"
      expect(seconds, left).toBeGreaterThan(50)
      expect(seconds, left).toBeLessThanOrEqual(60)
    }
  })
})

/** A router with an application for each name, and what it calls. */
function routing(...names: string[]) {
  const calls: unknown[] = []
  const event = { type: "dice.roll", dice: "2d6" }
  const receive = async () => event
  const applications: Record<string, ChannelApplication> = {}
  for (const name of names) {
    applications[name] = async (scope, given) => {
      did(`the application of ${name} is called with ${JSON.stringify(scope)}`)
      const isSame = given === receive
      calls.push({ name, scope, receives: isSame ? await given() : "other" })
    }
  }
  const router = ChannelNameRouter(applications)
  return {
    calls,
    event,
    applications,
    /** Resolves as the router does. */
    route(channel: string): Promise<void> {
      did(`the router is called for the channel ${JSON.stringify(channel)}`)
      return router({ type: "channel", channel }, receive)
    },
  }
}

checks("11-django/route-channel-name", () => {
  test("the channel's application is called, with the scope and receive", async () => {
    const { route, calls, event } = routing("dice", "mail")
    await route("mail")
    await route("dice")
    const scope = (channel: string) => ({ type: "channel", channel })
    expect(calls).toEqual([
      { name: "mail", scope: scope("mail"), receives: event },
      { name: "dice", scope: scope("dice"), receives: event },
    ])
  })

  test.each([
    ["mail", "a name without an application"],
    ["dic", "the beginning of a name"],
    ["dice2", "a longer name"],
    ["Dice", "the name in another case"],
    ["constructor", "a name that every object has"],
    ["toString", "a name that every object has"],
    ["__proto__", "a name that every object has"],
  ])("the error for %s, %s, contains that name", async (channel) => {
    const { route, calls } = routing("dice")
    const thrown = await route(channel).then(
      () => "nothing",
      (error) => `${error}`,
    )
    expect(thrown, "what the router throws").toBe(
      `Error: No application configured for channel name '${channel}'`,
    )
    expect(calls, "what the router called").toEqual([])
  })

  test("the router ends when its application ends, and not before", async () => {
    const { route, applications } = routing("dice")
    let end = () => {}
    applications.dice = () => new Promise<void>((resolve) => (end = resolve))
    let hasEnded = false
    const over = route("dice").then(() => {
      hasEnded = true
    })
    await turn()
    expect(hasEnded, "the router has ended").toBe(false)
    did("the application ends")
    end()
    await soon("the end of the router", over)
  })

  test("an error of the application is thrown by the router", async () => {
    const { route, applications } = routing("dice")
    applications.dice = async () => {
      throw new Error("the dice are lost")
    }
    await expect(route("dice")).rejects.toThrow("the dice are lost")
  })
})

/** A room with one member, and a writer that hands rolls over.
 * @param hooks of the commits */
async function handing(hooks: Parameters<typeof ownBatches>[0] = {}) {
  const own = await ownBatches(hooks)
  const layer = new WatchedLayer(new InMemoryChannelLayer({ capacity: 3 }))
  const rooms = new Rooms(layer, own.messages)
  onTestFinished(() => rooms.close())
  const member = await layer.openFor("Bob")
  await layer.groupAdd("chat_lobby", member)
  const options = { layer, messages: own.messages, rooms }
  const writer = handOver(openMessageWriter(options), layer)

  /** As the consumer gives it to the writer. */
  async function storeFor(authorId: number, content: string, key?: string) {
    const told = key === undefined ? "" : `, with the key ${key}`
    did(`ann's message is to be stored: ${JSON.stringify(content)}${told}`)
    const one = { ...own.of({ content, key }), authorId, author: "ann" }
    return writer.store({ ...one, group: "chat_lobby" })
  }

  return {
    ...own,
    layer,
    storeFor,
    store: (content: string, key?: string) =>
      storeFor(own.authors.ann.id, content, key),
    /** All that the room's member gets, until nothing more happens. */
    async shown(): Promise<LayerEvent[]> {
      await turns()
      await layer.groupSend("chat_lobby", theEnd)
      return withoutEnd(await layer.receiveMany(member, 10))
    },
    /** All that the worker gets, until nothing more happens. */
    async handed(): Promise<LayerEvent[]> {
      await turns()
      await layer.send("dice", theEnd)
      return withoutEnd(await layer.receiveMany("dice", 10))
    },
  }
}

const theEnd = { type: "the.end" }

function withoutEnd(events: readonly LayerEvent[]): LayerEvent[] {
  return events.filter(({ type }) => type !== theEnd.type)
}

/** Lets everything happen that needs no more than this process. */
async function turns(): Promise<void> {
  for (let count = 0; count < 5; count++) await turn()
}

const rollOf = (dice: string) => {
  return { type: "dice.roll", dice, author: "ann", room: "lobby" }
}

/** Fills the channel of the worker, which is slow. */
async function fill(layer: WatchedLayer): Promise<void> {
  for (const dice of ["1d6", "2d6", "3d6"]) {
    await layer.send("dice", rollOf(dice))
  }
}

checks("11-django/hand-over", () => {
  test("a roll is stored, shown, and handed to the worker", async () => {
    const { store, shown, handed, rows } = await handing()
    const { id } = await store("/roll 2d6")
    expect(await handed()).toEqual([rollOf("2d6")])
    expect(await shown()).toMatchObject([{ id, message: "/roll 2d6" }])
    expect(await rows()).toMatchObject([{ id, content: "/roll 2d6" }])
  })

  test("the writer returns what was committed", async () => {
    const { store } = await handing()
    for (const text of ["/roll 2d6", "hi"]) {
      const { id, previous, timestamp, isPublished } = await store(text)
      expect({ id, previous }).toEqual({
        id: expect.any(Number),
        previous: id - 1,
      })
      expect(timestamp).toMatch(/^\d{4}-/)
      expect(await isPublished, "the layer has taken it").toBe(true)
    }
  })

  test("nothing is handed over before the message is committed", async () => {
    const order: string[] = []
    const { store, layer } = await handing({
      beforeCommit: () => turn(),
      afterCommit: () => order.push("committed"),
    })
    const send = layer.send.bind(layer)
    layer.send = async (channel, event) => {
      order.push("handed over")
      await send(channel, event)
    }
    await store("/roll 2d6")
    expect(order).toEqual(["committed", "handed over"])
  })

  test("a message that cannot be stored is not handed over, and its error is thrown", async () => {
    const { store, storeFor, handed } = await handing()
    const error = await storeFor(404, "/roll 2d6").catch((reason) => reason)
    expect(String(error)).toContain("FOREIGN KEY constraint failed")
    await store("/roll 3d6")
    expect(await handed()).toEqual([rollOf("3d6")])
  })

  test("a repeat is handed over once, and a roll with another key again", async () => {
    const { store, handed } = await handing()
    const { id } = await store("/roll 2d6", "k1")
    expect((await store("/roll 2d6", "k1")).id).toBe(id)
    expect(await handed()).toEqual([rollOf("2d6")])
    await store("/roll 2d6", "k2")
    expect(await handed()).toEqual([rollOf("2d6")])
  })

  test.each([
    "hi",
    "please /roll 2d6",
    "/roll 2d6 and win",
    "/rolling 2d6",
    "roll 2d6",
    "/roll\n2d6\n3d6",
  ])("%j is a message like any other", async (text) => {
    const { store, shown, handed } = await handing()
    await store(text)
    expect(await handed()).toEqual([])
    expect(await shown()).toMatchObject([{ message: text }])
  })

  test("the author does not wait for a worker", async () => {
    let committed = () => {}
    const isCommitted = new Promise<void>((resolve) => {
      committed = resolve
    })
    const { store, layer } = await handing({ afterCommit: () => committed() })
    layer.send = () => new Promise<void>(() => {})
    const late = isCommitted.then(turns).then(() => "waits for the worker")
    const stored = store("/roll 2d6").then(() => "has an answer")
    expect(await Promise.race([stored, late]), "the author").toBe(
      "has an answer",
    )
  })

  test("if the worker's queue is full, the room is told, and the message stays", async () => {
    const { store, layer, shown, rows } = await handing()
    await fill(layer)
    const { id } = await store("/roll 2d6")
    expect(await shown()).toEqual([
      expect.objectContaining({ id, message: "/roll 2d6" }),
      {
        type: "chat.message",
        author: "the dice",
        message: "Too many rolls are waiting. Try again in a moment.",
      },
    ])
    expect(await rows()).toMatchObject([{ id }])
  })

  test("an error other than a full queue is printed, and the room gets no answer", async () => {
    const { store, layer, shown } = await handing()
    const lines: string[] = []
    printedErrors((line) => lines.push(line))
    layer.send = async () => {
      throw new Error("cannot be sent")
    }
    await store("/roll 2d6")
    expect(await shown()).toMatchObject([{ message: "/roll 2d6" }])
    expect(lines.join("\n"), "what is printed").toContain("cannot be sent")
  })

  test.each([
    [
      "the queue is full and the room cannot be told",
      () => new ChannelFull("dice"),
    ],
    ["Redis is away", () => new LayerUnavailable()],
  ])(
    "if %s, the message is stored, and no rejection is left unhandled",
    async (_what, error) => {
      const { store, layer, rows } = await handing()
      printedErrors()
      const left: unknown[] = []
      const note = (reason: unknown) => left.push(reason)
      process.on("unhandledRejection", note)
      onTestFinished(() => void process.off("unhandledRejection", note))
      layer.send = () => Promise.reject(error())
      const groupSend = layer.groupSend.bind(layer)
      layer.groupSend = async (group, event) => {
        if (event.author === "the dice") throw new Error("cannot be told")
        return groupSend(group, event)
      }
      const { id } = await store("/roll 2d6")
      await turn()
      await turn()
      expect(left, "unhandled rejections").toEqual([])
      expect(await rows()).toMatchObject([{ id }])
    },
  )

  test("that the queue is full is not shown in another room", async () => {
    const { store, layer } = await handing()
    const other = await layer.openFor("Carol")
    await layer.groupAdd("chat_other", other)
    await fill(layer)
    await store("/roll 2d6")
    await turns()
    await layer.groupSend("chat_other", { type: "chat.message", message: "!" })
    expect(await layer.receive(other)).toMatchObject({ message: "!" })
  })
})

checks("11-django/verify-signature", () => {
  const today = [vectors.secretKey]

  function unsigned(signed: string, keys: readonly string[] = bothKeys) {
    const shown = signed.length > 60 ? `…${signed.slice(-60)}` : signed
    did(`unsign is called with "${shown}" and ${keys.length} keys`)
    return unsign(signed, vectors.salt, keys)
  }

  test.each([
    "a login",
    "a login that is not compressed",
    "a visitor",
    "a value that has colons",
  ])(
    "%s: what Django has signed is returned without time and signature",
    (what) => {
      const { signed, value } = signedBy(what)
      expect(unsigned(signed)).toBe(value)
      expect(unsigned(signed, today)).toBe(value)
    },
  )

  test("a signature made with an older key is right as long as that key is in the list", () => {
    const { signed, value } = signedBy("a login, signed with the older key")
    expect(unsigned(signed)).toBe(value)
    expect(unsigned(signed, bothKeys.toReversed())).toBe(value)
    expect(unsigned(signed, today)).toBe(undefined)
    expect(unsigned(signed, [])).toBe(undefined)
  })

  test.each([
    "a login that was signed by another site",
    "a login that was signed for another purpose",
  ])("%s is not signed", (what) => {
    expect(unsigned(signedBy(what).signed)).toBe(undefined)
  })

  test("one changed character makes a signature wrong, wherever it is", () => {
    const { signed } = signedBy("a visitor")
    for (const [index, letter] of [...signed].entries()) {
      const other = letter === "A" ? "B" : "A"
      const changed = signed.slice(0, index) + other + signed.slice(index + 1)
      expect(unsigned(changed), `changed at ${index}`).toBe(undefined)
    }
  })

  test("a signature that is written in another way is wrong", () => {
    const { signed } = signedBy("a login")
    for (const end of ["=", "==", " ", "\n", "!", "A"]) {
      expect(unsigned(signed + end), JSON.stringify(end)).toBe(undefined)
    }
  })

  test("a shortened or missing signature is wrong", () => {
    const { signed, value } = signedBy("a login")
    expect(unsigned(signed.slice(0, -1))).toBe(undefined)
    expect(unsigned(signed.slice(0, signed.lastIndexOf(":") + 1))).toBe(
      undefined,
    )
    expect(unsigned(signed.slice(0, signed.lastIndexOf(":")))).toBe(undefined)
    expect(unsigned(value)).toBe(undefined)
  })

  test.each(["", ":", "::", "a", "a:b", "a:b:c", "é:😀:é"])(
    '"%s" is not signed, and nothing is thrown',
    (signed) => {
      expect(unsigned(signed)).toBe(undefined)
    },
  )
})
