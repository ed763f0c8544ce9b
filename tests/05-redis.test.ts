import { randomBytes } from "node:crypto"
import { setImmediate as turn } from "node:timers/promises"
import { decode } from "@msgpack/msgpack"
import { Redis } from "ioredis"
import { describe, expect, onTestFinished, test } from "vitest"
import type { LayerEvent } from "../steps/04-groups/channel-layer.ts"
import type { RedisPubSubOptions } from "../steps/05-redis/redis-pubsub-channel-layer.ts"
import { twoServersOneRoom } from "../workbook/demos/two-servers.ts"
import { defaultRedisUrl } from "../workbook/machine/redis.ts"
import { Unmet } from "../workbook/unmet.ts"
import { checks } from "./support/checks.ts"
import {
  channelChecks,
  groupSendChecks,
  limitChecks,
  type OpenLayer,
  openWatched,
  receive,
} from "./support/layer-suite.ts"
import { load } from "./support/load.ts"
import { printedErrors } from "./support/printed-errors.ts"
import { RedisProxy, shortName } from "./support/redis-proxy.ts"
import { serveInProcess } from "./support/serve-in-process.ts"
import { ownEnvironment } from "./support/servers.ts"
import { soon } from "./support/soon.ts"
import { did, teller } from "./support/story.ts"
import type { WatchedLayer } from "./support/watched-layer.ts"

const { RedisPubSubChannelLayer } = await load<
  typeof import("../steps/05-redis/redis-pubsub-channel-layer.ts")
>("05-redis/redis-pubsub-channel-layer.ts")
const { openChannelLayer } = await load<
  typeof import("../steps/05-redis/open-channel-layer.ts")
>("05-redis/open-channel-layer.ts")
const { LayerUnavailable } = await load<
  typeof import("../steps/05-redis/layer-unavailable.ts")
>("05-redis/layer-unavailable.ts")
const { publish } = await load<typeof import("../steps/05-redis/publish.ts")>(
  "05-redis/publish.ts",
)
const { ChatConsumer } = await load<
  typeof import("../steps/05-redis/chat-consumer.ts")
>("05-redis/chat-consumer.ts")
const { InMemoryChannelLayer } = await load<
  typeof import("../steps/04-groups/in-memory-channel-layer.ts")
>("04-groups/in-memory-channel-layer.ts")
const { SenderError } = await load<
  typeof import("../steps/01-echo/consumer/sender-error.ts")
>("01-echo/consumer/sender-error.ts")

const url = process.env.REDIS_URL || defaultRedisUrl

const hello = { type: "chat.message", message: "hello" }

/** The bytes that `channels_redis.pubsub` sends for it. */
const helloBytes =
  "82a474797065ac636861742e6d657373616765a76d657373616765a568656c6c6f"

const markerBytes = "81a474797065a66d61726b6572"

const open: OpenLayer = (options) => {
  return RedisPubSubChannelLayer.connect({ ...options, url, prefix: prefix() })
}

/** Keeps the names of different tests apart on a shared Redis. */
function prefix(): string {
  return `test-${randomBytes(4).toString("hex")}`
}

/** A layer of this process, and the prefix of its names. */
async function openLayer(options: Partial<RedisPubSubOptions> = {}) {
  const name = prefix()
  const layer = await openWatched(() =>
    RedisPubSubChannelLayer.connect({ url, prefix: name, ...options }),
  )
  return { layer, name }
}

/** Another program with the same Redis, as a Django server could be. */
class OtherProgram {
  readonly redis: Redis
  private readonly bodies: string[] = []

  constructor(at = url) {
    const tell = teller()
    this.redis = new Redis(at)
    onTestFinished(() => this.redis.disconnect())
    this.redis.on("messageBuffer", (_name: Buffer, body: Buffer) => {
      tell(`another program receives ${shown(body)}`)
      this.bodies.push(body.toString("hex"))
    })
  }

  async publish(name: string, hex: string): Promise<void> {
    const body = Buffer.from(hex, "hex")
    did(`another program: PUBLISH ${shortName(name)} ${shown(body)}`)
    await this.redis.publish(name, body)
  }

  async subscribe(name: string): Promise<void> {
    did(`another program: SUBSCRIBE ${name}`)
    await this.redis.subscribe(name)
  }

  /** The bodies of all messages, once a certain one has arrived. */
  bodiesUntil(hex: string): Promise<string[]> {
    const until = async () => {
      while (!this.bodies.includes(hex)) await turn()
      return this.bodies
    }
    return soon("the marker", until())
  }

  /** The groups that have a subscriber, by their names on Redis. */
  async groups(prefix: string): Promise<unknown[]> {
    const names = await this.redis.pubsub("CHANNELS", `${prefix}__group__*`)
    did(`PUBSUB CHANNELS: ${names.length > 0 ? names.join(" ") : "none"}`)
    return names
  }
}

/** The event, or the bytes if they do not contain one. */
function shown(body: Buffer): string {
  try {
    return JSON.stringify(decode(body))
  } catch {
    return `the bytes ${body.toString("hex") || "(none)"}`
  }
}

/** Whether a promise is still pending after a turn of the event loop. One that
 * waits for nothing has settled by then. */
async function isOpenAfterATurn(promise: Promise<unknown>): Promise<boolean> {
  let isOpen = true
  const settled = () => {
    isOpen = false
  }
  promise.then(settled, settled)
  await turn()
  return isOpen
}

/** What groupSend throws, in words, within a second. */
async function errorOf(layer: WatchedLayer): Promise<string> {
  const sending = layer.groupSend("room", hello)
  const ended = sending.then(
    () => "no error",
    (error: unknown) =>
      error instanceof LayerUnavailable ? "LayerUnavailable" : String(error),
  )
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    const fail = () => reject(new Unmet("an error", "none within a second"))
    // Two turns later: a busy process first does what was due earlier.
    const afterOthers = () => setImmediate(() => setImmediate(fail))
    timer = setTimeout(afterOthers, 1_000)
  })
  return Promise.race([ended, late]).finally(() => clearTimeout(timer))
}

checks("05-redis/subscribe-group", () => {
  test("the process subscribes to a group under its name on Redis", async () => {
    const { layer, name } = await openLayer()
    const ann = await layer.openFor("Ann")
    await layer.groupAdd("room", ann)
    const groups = await new OtherProgram().groups(name)
    expect(groups).toEqual([`${name}__group__room`])
  })

  test("groupAdd resolves only after Redis has confirmed the subscription", async () => {
    const proxy = await RedisProxy.open(url)
    const { layer } = await openLayer({ url: proxy.url })
    const ann = await layer.openFor("Ann")
    proxy.hold()
    const joining = layer.groupAdd("room", ann)
    const isOpen = await isOpenAfterATurn(joining)
    expect(isOpen, "groupAdd still waits").toBe(true)
    proxy.release()
    await soon("the end of groupAdd", joining)
  })

  test("the process stays subscribed until the group's last member leaves", async () => {
    const { layer, name } = await openLayer()
    const other = new OtherProgram()
    const [ann, bob] = [await layer.openFor("Ann"), await layer.openFor("Bob")]
    await Promise.all([ann, bob].map((it) => layer.groupAdd("room", it)))
    expect(await other.groups(name)).toEqual([`${name}__group__room`])
    await layer.groupDiscard("room", bob)
    expect(await other.groups(name)).toEqual([`${name}__group__room`])
    await layer.closeChannel(ann)
    expect(await other.groups(name)).toEqual([])
  })
})

checks("05-redis/publish", () => {
  test("an event is published once, in the format of channels_redis.pubsub", async () => {
    const { layer, name } = await openLayer()
    const key = `${name}__group__chat_lobby`
    const listener = new OtherProgram()
    await listener.subscribe(key)
    await layer.groupSend("chat_lobby", hello)
    await new OtherProgram().publish(key, markerBytes)
    const bodies = await listener.bodiesUntil(markerBytes)
    expect(bodies).toEqual([helloBytes, markerBytes])
  })

  test("groupSend resolves only after Redis has accepted the event", async () => {
    const proxy = await RedisProxy.open(url)
    const { layer } = await openLayer({ url: proxy.url })
    proxy.hold()
    const sending = layer.groupSend("room", hello)
    const isOpen = await isOpenAfterATurn(sending)
    expect(isOpen, "groupSend still waits").toBe(true)
    proxy.release()
    await soon("the end of groupSend", sending)
  })

  test("groupSend throws LayerUnavailable within a second if Redis hangs", async () => {
    const proxy = await RedisProxy.open(url)
    const { layer } = await openLayer({ url: proxy.url })
    proxy.hold()
    expect(await errorOf(layer)).toBe("LayerUnavailable")
  })

  test("groupSend throws LayerUnavailable if this process could not receive events", async () => {
    const proxy = await RedisProxy.open(url)
    const { layer } = await openLayer({ url: proxy.url })
    await layer.openFor("Ann")
    const printed = printedErrors()
    proxy.loseSubscriber()
    await printed.has(/Redis is gone/)
    expect(await errorOf(layer)).toBe("LayerUnavailable")
  })
})

checks("05-redis/deliver", () => {
  test("an event that another program sends to a group reaches the members here", async () => {
    const { layer, name } = await openLayer()
    const ann = await layer.openFor("Ann")
    await layer.groupAdd("chat_lobby", ann)
    const other = new OtherProgram()
    await other.publish(`${name}__group__chat_lobby`, helloBytes)
    expect(await receive(layer, ann)).toEqual(hello)
  })

  test("an event for a channel reaches that channel", async () => {
    const { layer, name } = await openLayer()
    const ann = await layer.openFor("Ann")
    await layer.groupAdd("room", ann)
    const other = new OtherProgram()
    await other.publish(`${name}${ann}`, helloBytes)
    await other.publish(`${name}__group__room`, markerBytes)
    expect(await receive(layer, ann)).toEqual(hello)
  })

  test("a message that is not an event is dropped", async () => {
    const { layer, name } = await openLayer()
    const ann = await layer.openFor("Ann")
    await layer.groupAdd("room", ann)
    const other = new OtherProgram()
    const printed = printedErrors()
    for (const hex of ["c1", "", "01", "80", "92a161a162"]) {
      await other.publish(`${name}__group__room`, hex)
    }
    await other.publish(`${name}__group__room`, markerBytes)
    expect(await receive(layer, ann)).toEqual({ type: "marker" })
    await printed.has(/Dropped an invalid message/)
  })

  groupSendChecks(open)
})

checks("05-redis/resubscribe", () => {
  /** A layer whose connections a check can cut, and what it does then: each
   * group that it subscribes to, and the line that it is back. */
  async function losing(...groups: string[]) {
    const events: string[] = []
    let count = 0
    let goOn = () => {}
    const proxy = await RedisProxy.open(url)
    const { layer, name } = await openLayer({ url: proxy.url })
    if (groups.length > 0) {
      const ann = await layer.openFor("Ann")
      for (const group of groups) await layer.groupAdd(group, ann)
    }
    proxy.onSubscribe = (names) => {
      const own = names.map((it) => it.slice(name.length)).sort()
      const wanted = own.filter((it) => it.startsWith("__group__"))
      events.push(...wanted.map((it) => `SUBSCRIBE ${it}`))
      if (names.length === 0) events.push("SUBSCRIBE without a name")
      count++
      goOn()
    }
    printedErrors((line) => {
      did(`the layer prints: ${line}`)
      if (line === isBack) events.push(line)
      goOn()
    })

    async function until(isThere: () => boolean): Promise<void> {
      while (!isThere()) {
        await new Promise<void>((resolve) => {
          goOn = resolve
        })
      }
    }

    /** Waits for as many events as are expected, and compares them. */
    async function expectEvents(...expected: string[]): Promise<void> {
      const areThere = until(() => events.length >= expected.length)
      await soon("events", areThere).catch(() => {}) // the comparison says more
      expect(events).toEqual(expected)
    }

    /** Waits until this many SUBSCRIBE have been sent, on all connections. */
    const subscribes = (least: number) =>
      soon(
        "a SUBSCRIBE on the new connection",
        until(() => count >= least),
      )
    return { events, expectEvents, layer, proxy, subscribes }
  }

  const isBack = "Redis is back."
  const kitchen = "SUBSCRIBE __group__kitchen"
  const lobby = "SUBSCRIBE __group__lobby"

  test("a new connection subscribes to all wanted names, and then the layer is back", async () => {
    const { expectEvents, proxy } = await losing("kitchen", "lobby")
    proxy.loseConnections()
    await expectEvents(kitchen, lobby, isBack)
  })

  test("the layer is not back before Redis has confirmed the subscriptions", async () => {
    const it = await losing("kitchen", "lobby")
    it.proxy.holdSubscribe()
    it.proxy.loseConnections()
    await it.subscribes(1)
    expect(await errorOf(it.layer)).toBe("LayerUnavailable")
    it.proxy.release()
    await it.expectEvents(kitchen, lobby, isBack)
    await it.layer.groupSend("lobby", hello)
  })

  test("if subscribing fails, the next connection starts over", async () => {
    const { events, proxy, subscribes } = await losing("kitchen", "lobby")
    proxy.holdSubscribe()
    proxy.loseConnections()
    await subscribes(1)
    proxy.loseConnections()
    await subscribes(2)
    expect(events, "before Redis goes on").not.toContain(isBack)
    proxy.release()
    await expect.poll(() => events.slice(-3)).toEqual([kitchen, lobby, isBack])
  })

  test("a layer without wanted names is back without a SUBSCRIBE", async () => {
    const { expectEvents, proxy } = await losing()
    proxy.loseConnections()
    await expectEvents(isBack)
  })
})

checks("05-redis/tell-sender", () => {
  /** A layer that throws these errors for its first events. */
  class Failing extends InMemoryChannelLayer {
    readonly sent: unknown[] = []
    private readonly errors: Error[]

    constructor(...errors: Error[]) {
      super()
      this.errors = errors
    }

    override async groupSend(group: string, event: LayerEvent): Promise<void> {
      await turn()
      const error = this.errors.shift()
      if (error) throw error
      this.sent.push([group, event])
      await super.groupSend(group, event)
    }
  }

  const event = { type: "chat.message", message: "hi" } as const

  /** What `publish` throws, as "SenderError: …". */
  async function publishThrough(layer: Failing, sentence?: string) {
    did(`publish(layer, "chat_lobby", ${JSON.stringify(event)}, …)`)
    try {
      await publish(layer, "chat_lobby", event, sentence)
      return "no error"
    } catch (error) {
      const isForSender = error instanceof SenderError
      return isForSender ? `SenderError: ${error.message}` : String(error)
    }
  }

  test("an event is sent to its group", async () => {
    const layer = new Failing()
    expect(await publishThrough(layer)).toBe("no error")
    expect(layer.sent).toEqual([["chat_lobby", event]])
  })

  test("if the layer is unavailable, the error has the given sentence", async () => {
    const layer = new Failing(new LayerUnavailable())
    did("the layer throws LayerUnavailable")
    expect(await publishThrough(layer, "Try later.")).toBe(
      "SenderError: Try later.",
    )
  })

  test("any other error is rethrown", async () => {
    const layer = new Failing(new Error("a mistake"))
    did('the layer throws an Error, "a mistake"')
    expect(await publishThrough(layer)).toBe("Error: a mistake")
  })

  test("if a message is not delivered, only the sender receives an error", async () => {
    const layer = new Failing(new LayerUnavailable())
    const chat = ChatConsumer.asApplication(layer)
    const options = { step: "05-redis" }
    const enter = await serveInProcess(chat, undefined, options)
    const ann = await enter("lobby", {}, "Ann")
    const bob = await enter("lobby", {}, "Bob")
    ann.say("lost")
    expect(await ann.nextFrame()).toEqual({
      error: expect.stringContaining("Not delivered"),
    })
    ann.say("marker")
    expect(await bob.nextFrame()).toEqual({ message: "marker" })
  })

  test("any other error closes the sender's socket with 1011", async () => {
    const layer = new Failing(new Error("a mistake"))
    const chat = ChatConsumer.asApplication(layer)
    const options = { step: "05-redis" }
    const enter = await serveInProcess(chat, undefined, options)
    const ann = await enter("lobby", {}, "Ann")
    ann.say("hi")
    expect(await ann.closed()).toMatchObject({ code: 1011 })
    expect(ann.received, "the frames of Ann").toEqual([])
  })
})

describe("RedisPubSubChannelLayer", () => {
  channelChecks(open)
  limitChecks(open)

  test("the names of channels have the format of Channels", async () => {
    const { layer } = await openLayer()
    expect(await layer.newChannel()).toMatch(/^specific\.[0-9a-f]{32}$/)
  })

  test("both connections have the options of the layer", async () => {
    const connectionName = prefix()
    await openLayer({ redis: { connectionName } })
    const clients = String(await new OtherProgram().redis.client("LIST"))
    const names = clients.split(" ").filter((it) => it.startsWith("name="))
    const ours = `name=${connectionName}`
    expect(names.filter((it) => it === ours)).toEqual([ours, ours])
  })

  test("a closed channel leaves no subscription behind", async () => {
    const { layer, name } = await openLayer()
    const ann = await layer.openFor("Ann")
    await layer.closeChannel(ann)
    const redis = new OtherProgram().redis
    expect(await redis.pubsub("CHANNELS", `${name}*`)).toEqual([])
  })

  test("a layer calls its listeners when it is back, and messages arrive again", async () => {
    const proxy = await RedisProxy.open(url)
    const { layer, name } = await openLayer({ url: proxy.url })
    const ann = await layer.openFor("Ann")
    printedErrors()
    const calls: string[] = []
    const stop = layer.onBack(() => calls.push("stopped"))
    stop()
    const back = new Promise<void>((resolve) => {
      layer.onBack(() => {
        calls.push("back")
        resolve()
      })
    })
    proxy.loseConnections()
    await soon("the call of a listener", back)
    expect(calls).toEqual(["back"])
    // Subscribed again: what is published from now on arrives.
    await new OtherProgram().publish(`${name}${ann}`, markerBytes)
    expect(await layer.receive(ann)).toEqual({ type: "marker" })
  })

  test("without Redis, rooms stay within the process if the settings allow it", async () => {
    const settings = { url: "redis://127.0.0.1:1", prefix: "x", capacity: 1 }
    const layer = await openChannelLayer({ ...settings, mayFallBack: true })
    expect(layer).toBeInstanceOf(InMemoryChannelLayer)
  })
})

test("two processes share a room", async () => {
  const env = await ownEnvironment()
  await twoServersOneRoom({ step: "05-redis", env, say: did })
})
