import { readFile } from "node:fs/promises"
import { setImmediate as turn } from "node:timers/promises"
import { describe, expect, test } from "vitest"
import type {
  ClientEvent,
  WebsocketScope,
} from "../steps/01-echo/application.ts"
import { flood, floodPatience, wholeFlood } from "./support/flood.ts"
import { describeLayer } from "./support/layer-suite.ts"
import { load } from "./support/load.ts"
import { serveInProcess } from "./support/serve-in-process.ts"
import { connect, startServer, useServer } from "./support/servers.ts"

const { InMemoryChannelLayer } = await load<
  typeof import("../steps/04-groups/in-memory-channel-layer.ts")
>("04-groups/in-memory-channel-layer.ts")
const { URLRouter } = await load<
  typeof import("../steps/02-routing/url-router.ts")
>("02-routing/url-router.ts")
const { websocketUrlpatterns } = await load<
  typeof import("../steps/02-routing/routing.ts")
>("02-routing/routing.ts")
const { ChatConsumer } = await load<
  typeof import("../steps/04-groups/chat-consumer.ts")
>("04-groups/chat-consumer.ts")
const { groupNameFor } = await load<
  typeof import("../steps/04-groups/group-name.ts")
>("04-groups/group-name.ts")

describeLayer("InMemoryChannelLayer", async (options) => {
  return new InMemoryChannelLayer(options)
})

test("names channels as Channels does", async () => {
  const layer = new InMemoryChannelLayer()
  expect(await layer.newChannel()).toMatch(/^specific\.\.inmemory![\w-]{12}$/)
})

describe("the group of a room", () => {
  test.each(["lobby", "A-b_c.d", "x".repeat(94)])(
    "is that of the tutorial for %s",
    (room) => {
      expect(groupNameFor(room)).toBe(`chat_${room}`)
    },
  )

  test.each(["a b", "é", "😀", "a!b", "x".repeat(95), "x".repeat(200)])(
    "is a valid name of its own for %s",
    (room) => {
      expect(groupNameFor(room)).toMatch(/^chat\.[\w-]{43}$/)
      expect(groupNameFor(room)).not.toBe(groupNameFor(`${room}x`))
    },
  )
})

describe("a room", () => {
  const server = useServer("04-groups")

  test("brings everything to everyone, the sender included", async () => {
    const ann = await connect(server(), "/ws/chat/all/")
    const bob = await connect(server(), "/ws/chat/all/")
    ann.say("from ann")
    expect(await ann.nextFrame()).toEqual({ message: "from ann" })
    expect(await bob.nextFrame()).toEqual({ message: "from ann" })
  })

  test("may have a name that no group could have", async () => {
    const ann = await connect(server(), "/ws/chat/caf%C3%A9%20bar/")
    const bob = await connect(server(), "/ws/chat/caf%C3%A9%20bar/")
    ann.say("from ann")
    expect(await bob.nextFrame()).toEqual({ message: "from ann" })
  })

  test("keeps its messages from other rooms", async () => {
    const here = await connect(server(), "/ws/chat/here/")
    const there = await connect(server(), "/ws/chat/there/")
    here.say("only here")
    await here.next()
    there.say("marker")
    expect(await there.nextFrame()).toEqual({ message: "marker" })
  })

  test("tells only the sender what was wrong with a frame", async () => {
    const ann = await connect(server(), "/ws/chat/wrong/")
    const bob = await connect(server(), "/ws/chat/wrong/")
    ann.send("nonsense")
    expect(await ann.nextFrame()).toHaveProperty("error")
    ann.say("marker")
    expect(await bob.nextFrame()).toEqual({ message: "marker" })
  })

  test("does not let a client choose the event's type", async () => {
    const ann = await connect(server(), "/ws/chat/type/")
    ann.send('{"type": "websocket.disconnect", "message": "hi", "x": 1}')
    expect(await ann.nextFrame()).toEqual({ message: "hi" })
  })

  test("goes on without who has left", async () => {
    const ann = await connect(server(), "/ws/chat/leave/")
    const bob = await connect(server(), "/ws/chat/leave/")
    await bob.close()
    ann.say("alone")
    expect(await ann.nextFrame()).toEqual({ message: "alone" })
  })

  test(
    "hears 2,000 of 2,000 from fifty who talk at once",
    async () => {
      const heard = await flood(() => connect(server(), "/ws/chat/flood/"))
      for (const one of heard) expect(one).toEqual(wholeFlood)
    },
    floodPatience,
  )
})

test("whoever is accepted has already joined", async () => {
  const layer = new InMemoryChannelLayer()
  const frames: unknown[] = []
  const chat = ChatConsumer.asApplication(layer)
  const application = URLRouter(websocketUrlpatterns(chat))
  const scope: WebsocketScope = {
    type: "websocket",
    path: "/ws/chat/lobby/",
    queryString: "",
    headers: {},
    subprotocols: [],
  }
  const say = (message: string) =>
    layer.groupSend("chat_lobby", { type: "chat.message", message })
  await new Promise<void>((heard, failed) => {
    const events: ClientEvent[] = [{ type: "websocket.connect" }]
    const receive = () =>
      new Promise<ClientEvent>((resolve) => {
        const event = events.shift()
        if (event) resolve(event)
      })
    application(scope, receive, async (event) => {
      if (event.type === "websocket.accept") {
        await say("at once")
        setImmediate(() => void say("marker"))
      } else if (event.type === "websocket.send") {
        frames.push(JSON.parse(String(event.data)))
        if (`${event.data}`.includes("marker")) heard()
      }
    }).catch(failed)
  })
  expect(frames).toEqual([{ message: "at once" }, { message: "marker" }])
})

describe("a reader who stops reading", () => {
  const size = 1_000
  const messages = 25_000

  test("delays nobody, costs little, and is closed with 1013", async () => {
    const server = await startServer("04-groups")
    const slow = await connect(server, "/ws/chat/slow/")
    const ann = await connect(server, "/ws/chat/slow/")
    slow.socket.pause()
    for (let count = 0; count < messages; count++) {
      ann.say(`${count} `.padEnd(size, "x"))
    }
    const frames = await ann.nextFrames(messages)
    const counts = frames.map(({ message }) =>
      Number.parseInt(`${message}`, 10),
    )
    expect(counts).toEqual(Array.from({ length: messages }, (_, it) => it))
    await server.printed(/is full: closing it with 1013/)
    expect(await residentMegabytes(server.pid)).toBeLessThan(400)
    slow.socket.resume()
    expect(await slow.closed()).toMatchObject({ code: 1013 })
  })

  /** What is held for one reader is 10,000 messages at most, here 10 MB. */
  async function residentMegabytes(pid: number): Promise<number> {
    if (process.platform !== "linux") return 0
    const status = await readFile(`/proc/${pid}/status`, "utf8")
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1_024
  }
})

test("a reader who is too slow has left its groups at once", async () => {
  const layer = new InMemoryChannelLayer({ capacity: 10 })
  const enter = await serveInProcess(ChatConsumer.asApplication(layer))
  const slow = await enter("lobby")
  slow.socket.pause()
  const event = { type: "chat.message", message: "x".repeat(10_000) }
  // It never reads again, and so never answers the closing either.
  while (layer.hasMembers("chat_lobby")) {
    await layer.groupSend("chat_lobby", event)
    await turn()
  }
  slow.socket.resume()
  expect(await slow.closed()).toMatchObject({ code: 1013 })
})

describe("an event of the layer", () => {
  /** A client in the room "lobby", and the layer that reaches it. */
  async function inProcess() {
    const layer = new InMemoryChannelLayer()
    const enter = await serveInProcess(ChatConsumer.asApplication(layer))
    return { layer, client: await enter("lobby") }
  }

  test.each(["close", "constructor", "websocket.disconnect", "chat_message"])(
    "of the type %s calls nothing, and closes the socket with 1011",
    async (type) => {
      const { client, layer } = await inProcess()
      await layer.groupSend("chat_lobby", { type, message: "hi" })
      expect(await client.closed()).toMatchObject({ code: 1011 })
      const isLeft = !layer.hasMembers("chat_lobby")
      expect(isLeft, "it has left its group").toBe(true)
    },
  )

  test("shows what it has, even from another program", async () => {
    const { client, layer } = await inProcess()
    const type = "chat.message"
    await layer.groupSend("chat_lobby", { type })
    await layer.groupSend("chat_lobby", { type, message: "hi", secret: 1 })
    expect(await client.nextFrame()).toEqual({ message: "hi" })
  })
})
