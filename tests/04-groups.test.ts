import { setImmediate as turn } from "node:timers/promises"
import { describe, expect, onTestFinished, test } from "vitest"
import type { LayerEvent } from "../steps/04-groups/channel-layer.ts"
import { checks } from "./support/checks.ts"
import { DirectClient } from "./support/direct-client.ts"
import {
  channelChecks,
  groupSendChecks,
  limitChecks,
  type OpenLayer,
} from "./support/layer-suite.ts"
import { load } from "./support/load.ts"
import { serveInProcess } from "./support/serve-in-process.ts"
import { connect, useServer } from "./support/servers.ts"
import { soon } from "./support/soon.ts"
import { did } from "./support/story.ts"
import { WatchedLayer } from "./support/watched-layer.ts"

const { Channels } = await load<
  typeof import("../steps/04-groups/channels.ts")
>("04-groups/channels.ts")
const { InMemoryChannelLayer } = await load<
  typeof import("../steps/04-groups/in-memory-channel-layer.ts")
>("04-groups/in-memory-channel-layer.ts")
const { GroupConsumer } = await load<
  typeof import("../steps/04-groups/group-consumer.ts")
>("04-groups/group-consumer.ts")
const { ChatConsumer } = await load<
  typeof import("../steps/04-groups/chat-consumer.ts")
>("04-groups/chat-consumer.ts")
const { groupNameFor } = await load<
  typeof import("../steps/04-groups/group-name.ts")
>("04-groups/group-name.ts")
const { URLRouter } = await load<
  typeof import("../steps/02-routing/url-router.ts")
>("02-routing/url-router.ts")
const { websocketUrlpatterns } = await load<
  typeof import("../steps/02-routing/routing.ts")
>("02-routing/routing.ts")

const open: OpenLayer = async (options) => new InMemoryChannelLayer(options)

/** Ann, as the client of a consumer, and the layer that reaches it. */
function meet(
  consumer: typeof Recorder | typeof ChatConsumer,
  layer = new InMemoryChannelLayer(),
  path = "/ws/chat/lobby/",
) {
  const watched = new WatchedLayer(layer, "Ann")
  const chat = consumer.asApplication(watched)
  const application = URLRouter(websocketUrlpatterns(chat))
  const ann = new DirectClient(application, "Ann", path)
  onTestFinished(() => ann.leave())
  return { ann, layer: watched }
}

/** Tells its client when the handling of a frame or an event begins, and when
 * it ends, which takes a turn. */
class Recorder extends GroupConsumer {
  protected override readonly handlers = new Map([
    ["say", (event: LayerEvent) => this.handle(`say ${event.text}`)],
    ["ask", (event: LayerEvent) => this.handle(`ask ${event.text}`)],
  ])

  override async connect(): Promise<void> {
    await this.groupAdd("room")
    await this.accept()
  }

  protected override async receiveMessage(message: string): Promise<void> {
    await this.handle(`frame ${message}`)
  }

  protected async handle(what: string): Promise<void> {
    await this.send(`${what} begins`)
    await turn()
    if (what.endsWith("a mistake")) throw new Error("a handler's mistake")
    await this.send(`${what} ends`)
  }
}

/** Needs no `dispatchLayerEvent`. */
class Listener extends Recorder {
  private handled = 0

  protected override async dispatchLayerEvent(
    event: LayerEvent,
  ): Promise<void> {
    if (++this.handled > 10) throw new Error("The same event comes forever")
    await this.handle(`${event.type} ${event.text}`)
  }
}

/** How an application ends, in words. */
function endOf({ over }: DirectClient): Promise<string> {
  const ended = over.then(() => "it returns", String)
  return soon("the end of the consumer", ended)
}

checks("04-groups/group-add", () => {
  /** Channels that are in groups, in the order of joining. */
  function joined(...pairs: (readonly [group: string, name: string])[]) {
    const channels = new Channels({})
    for (const [group, name] of pairs) {
      did(`join("${group}", "${name}")`)
      channels.join(group, name)
    }
    return channels
  }

  test("a channel that joins a group lists it among its groups", () => {
    const channels = joined(["lobby", "Ann"], ["kitchen", "Ann"])
    expect(channels.groupsOf("Ann")).toEqual(["lobby", "kitchen"])
  })

  test("a group has members once a channel joins it", () => {
    const channels = joined(["lobby", "Ann"])
    const groups = ["lobby", "kitchen"].map((group) => ({
      group,
      hasMembers: channels.hasMembers(group),
    }))
    expect(groups).toEqual([
      { group: "lobby", hasMembers: true },
      { group: "kitchen", hasMembers: false },
    ])
  })

  test("channels that joined earlier stay members", () => {
    const channels = joined(["lobby", "Ann"], ["lobby", "Bob"])
    did('leave("lobby", "Bob")')
    channels.leave("lobby", "Bob")
    expect(channels.groupsOf("Ann")).toEqual(["lobby"])
    expect(channels.hasMembers("lobby"), 'hasMembers("lobby")').toBe(true)
  })
})

checks("04-groups/group-send", () => groupSendChecks(open))

checks("04-groups/listen", () => {
  test("a consumer still receives from its client", async () => {
    const { ann } = meet(Listener)
    await ann.accepted()
    ann.say("hi")
    expect(await ann.next()).toBe("frame hi begins")
  })

  test("a consumer receives the events of its channel", async () => {
    const { ann, layer } = meet(Listener)
    await ann.accepted()
    for (const text of ["one", "two"]) {
      await layer.groupSend("room", { type: "say", text })
    }
    const frames = ["say one", "say two"].flatMap(beginsAndEnds)
    expect(await ann.nextOnes(4)).toEqual(frames)
  })

  test("an event waits until the client's frame has been handled", async () => {
    const { ann, layer } = meet(Listener)
    await ann.accepted()
    ann.say("one")
    expect(await ann.next()).toBe("frame one begins")
    await layer.groupSend("room", { type: "say", text: "two" })
    const frames = ["frame one", "say two"].flatMap(beginsAndEnds)
    expect(await ann.nextOnes(3)).toEqual(frames.slice(1))
  })

  test("an event that cannot be handled ends the consumer", async () => {
    const { ann, layer } = meet(Listener)
    await ann.accepted()
    await layer.groupSend("room", { type: "say", text: "a mistake" })
    expect(await endOf(ann)).toBe("Error: a handler's mistake")
  })
})

checks("04-groups/layer-dispatch", () => {
  test("the handler that is listed for an event's type is called", async () => {
    const { ann, layer } = meet(Recorder)
    await ann.accepted()
    for (const type of ["say", "ask"]) {
      await layer.groupSend("room", { type, text: "it" })
    }
    const frames = ["say it", "ask it"].flatMap(beginsAndEnds)
    expect(await ann.nextOnes(4)).toEqual(frames)
  })

  test("an error in a handler ends the consumer", async () => {
    const { ann, layer } = meet(Recorder)
    await ann.accepted()
    await layer.groupSend("room", { type: "say", text: "a mistake" })
    expect(await endOf(ann)).toBe("Error: a handler's mistake")
  })

  test.each(["close", "constructor", "handle", "chat_message"])(
    "an event of the type %s, which is not in the list, ends the consumer",
    async (type) => {
      const { ann, layer } = meet(Recorder)
      await ann.accepted()
      await layer.groupSend("room", { type, text: "it" })
      await layer.groupSend("room", { type: "say", text: "marker" })
      const first = await Promise.race([endOf(ann), ann.next()])
      expect(first).toMatch(/^Error: /)
      expect(first).toContain(type)
    },
  )
})

checks("04-groups/join", () => {
  /** Joining takes time, as it does over a network. */
  class SlowToJoin extends InMemoryChannelLayer {
    override async groupAdd(group: string, channel: string): Promise<void> {
      await turn()
      await super.groupAdd(group, channel)
    }
  }

  test("a client that connects is accepted", async () => {
    const { ann } = meet(ChatConsumer)
    await ann.accepted()
  })

  test("a client joins the group of its room", async () => {
    const layer = new InMemoryChannelLayer()
    const { ann, layer: watched } = meet(ChatConsumer, layer, "/ws/chat/a b/")
    await ann.accepted()
    const event = { type: "chat.message", message: "hi" }
    await watched.groupSend(groupNameFor("a b"), event)
    expect(await ann.next()).toBe('{"message":"hi"}')
  })

  test("a socket is accepted only after it has joined the group", async () => {
    const { ann, layer } = meet(ChatConsumer, new SlowToJoin())
    await ann.accepted()
    const type = "chat.message"
    await layer.groupSend("chat_lobby", { type, message: "at once" })
    for (let turns = 0; turns < 5; turns++) await turn()
    await layer.groupSend("chat_lobby", { type, message: "later" })
    expect(await ann.next()).toBe('{"message":"at once"}')
  })

  const server = useServer("04-groups")

  test("all clients in a room receive a message, including the sender", async () => {
    const ann = await connect(server(), "/ws/chat/all/", { name: "Ann" })
    const bob = await connect(server(), "/ws/chat/all/", { name: "Bob" })
    ann.say("from Ann")
    expect(await ann.nextFrame()).toEqual({ message: "from Ann" })
    expect(await bob.nextFrame()).toEqual({ message: "from Ann" })
  })

  test("a room can have a name that is not valid for a group", async () => {
    const path = "/ws/chat/caf%C3%A9%20bar/"
    const ann = await connect(server(), path, { name: "Ann" })
    const bob = await connect(server(), path, { name: "Bob" })
    ann.say("from Ann")
    expect(await bob.nextFrame()).toEqual({ message: "from Ann" })
  })

  test("a message does not reach other rooms", async () => {
    const ann = await connect(server(), "/ws/chat/here/", { name: "Ann" })
    const eve = await connect(server(), "/ws/chat/there/", { name: "Eve" })
    ann.say("only here")
    await ann.next()
    eve.say("marker")
    expect(await eve.nextFrame()).toEqual({ message: "marker" })
  })
})

describe("InMemoryChannelLayer", () => {
  channelChecks(open)
  limitChecks(open)

  test("the names of channels have the format of Channels", async () => {
    const layer = new InMemoryChannelLayer()
    const name = await layer.newChannel()
    expect(name).toMatch(/^specific\.\.inmemory![\w-]{12}$/)
  })
})

describe("the group of a room", () => {
  test.each(["lobby", "A-b_c.d", "x".repeat(94)])(
    "has the name that the tutorial uses for %s",
    (room) => {
      expect(groupNameFor(room)).toBe(`chat_${room}`)
    },
  )

  test.each(["a b", "é", "😀", "a!b", "x".repeat(95), "x".repeat(200)])(
    "has a valid and unique name for %s",
    (room) => {
      expect(groupNameFor(room)).toMatch(/^chat\.[\w-]{43}$/)
      expect(groupNameFor(room)).not.toBe(groupNameFor(`${room}x`))
    },
  )
})

describe("the chat", () => {
  /** Ann in the room "lobby", how others enter it, and the layer. */
  async function inLobby(options = {}) {
    const layer = new InMemoryChannelLayer(options)
    const watched = new WatchedLayer(layer, "Ann", "Bob")
    const chat = ChatConsumer.asApplication(watched)
    const serve = await serveInProcess(chat, undefined, { step: "04-groups" })
    const enter = (name: string) => serve("lobby", {}, name)
    const ann = await enter("Ann")
    const hasMembers = () => layer.hasMembers("chat_lobby")
    return { ann, enter, hasMembers, layer: watched }
  }

  test("only the sender of an invalid frame receives an error", async () => {
    const { ann, enter } = await inLobby()
    const bob = await enter("Bob")
    ann.send("nonsense")
    expect(await ann.nextFrame()).toHaveProperty("error")
    ann.say("marker")
    expect(await bob.nextFrame()).toEqual({ message: "marker" })
  })

  test("a client cannot choose the event's type", async () => {
    const { ann } = await inLobby()
    ann.send('{"type": "websocket.disconnect", "message": "hi", "x": 1}')
    expect(await ann.nextFrame()).toEqual({ message: "hi" })
  })

  test("when a member leaves, the others still receive messages", async () => {
    const { ann, enter } = await inLobby()
    const bob = await enter("Bob")
    await bob.close()
    ann.say("alone")
    expect(await ann.nextFrame()).toEqual({ message: "alone" })
  })

  test.each(["close", "constructor", "websocket.disconnect", "chat_message"])(
    "an event of the type %s closes the socket with 1011, and its channel leaves",
    async (type) => {
      const { ann, hasMembers, layer } = await inLobby()
      await layer.groupSend("chat_lobby", { type, message: "hi" })
      expect(await ann.closed()).toMatchObject({ code: 1011 })
      expect(hasMembers(), "the group has members").toBe(false)
    },
  )

  test("an event from another program is sent on if it has a message", async () => {
    const { ann, layer } = await inLobby()
    const type = "chat.message"
    await layer.groupSend("chat_lobby", { type })
    await layer.groupSend("chat_lobby", { type, message: "hi", secret: 1 })
    expect(await ann.nextFrame()).toEqual({ message: "hi" })
  })

  test("a client that reads too slowly leaves its groups at once", async () => {
    const { ann, hasMembers, layer } = await inLobby({ capacity: 10 })
    ann.socket.pause()
    const event = { type: "chat.message", message: "x".repeat(10_000) }
    // It never reads again, so it never answers the close frame either.
    while (hasMembers()) {
      await layer.groupSend("chat_lobby", event)
      await turn()
    }
    ann.socket.resume()
    expect(await ann.closed()).toMatchObject({ code: 1013 })
  })
})

function beginsAndEnds(what: string): string[] {
  return [`${what} begins`, `${what} ends`]
}
