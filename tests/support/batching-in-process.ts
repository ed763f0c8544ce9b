import { onTestFinished } from "vitest"
import type {
  ClientEvent,
  Receive,
  ServerEvent,
} from "../../steps/01-echo/application.ts"
import { ownBatches } from "./batched-messages.ts"
import { load } from "./load.ts"
import { addUser } from "./own-database.ts"
import { soon } from "./soon.ts"
import { teller } from "./story.ts"
import type { Frame } from "./visitor.ts"

const { Queue } =
  await load<typeof import("../../steps/01-echo/queue.ts")>("01-echo/queue.ts")
const { urlRoute } = await load<
  typeof import("../../steps/02-routing/url-route.ts")
>("02-routing/url-route.ts")
const { InMemoryChannelLayer } = await load<
  typeof import("../../steps/04-groups/in-memory-channel-layer.ts")
>("04-groups/in-memory-channel-layer.ts")
const { MessageLimit } = await load<
  typeof import("../../steps/08-guard/limits/message-limit.ts")
>("08-guard/limits/message-limit.ts")
const { Rooms } = await load<
  typeof import("../../steps/09-delivery/rooms/rooms.ts")
>("09-delivery/rooms/rooms.ts")
const { ChatConsumer } = await load<
  typeof import("../../steps/10-batching/chat-consumer.ts")
>("10-batching/chat-consumer.ts")
const { openMessageWriter } = await load<
  typeof import("../../steps/10-batching/message-writer.ts")
>("10-batching/message-writer.ts")

/** As a server's connection does it: a promise for each frame would cost more
 * than the frame. */
const sent = Promise.resolve()

/** Step 10's sockets in this process, without a network: a test decides what
 * waits together.
 * @param hooks of the commits */
export async function batchingInProcess(
  hooks: Parameters<typeof ownBatches>[0] = {},
) {
  const own = await ownBatches(hooks)
  const layer = new InMemoryChannelLayer({ capacity: 10_000 })
  const rooms = new Rooms(layer, own.messages)
  onTestFinished(() => rooms.close())
  const writer = openMessageWriter({ layer, messages: own.messages, rooms })
  const limit = new MessageLimit(undefined)
  const chat = ChatConsumer.asApplication(layer, rooms, writer, limit)

  /** Opens a client of step 9 in a room, for a user of that name. */
  async function enter(name: string, room = "lobby") {
    const known = Object.values(own.authors).find((it) => it.username === name)
    const user = known ?? (await addUser(own.database, name))
    const did = teller()
    const events = new Queue<ClientEvent>()
    const frames = new Queue<Frame>()
    const receive: Receive = () => events.take()
    receive.many = (limit) => events.takeMany(limit)
    const send = (event: ServerEvent): Promise<void> => {
      if (event.type === "websocket.send") {
        did(`${name} receives ${event.data}`)
        frames.put(JSON.parse(String(event.data)))
      }
      return sent
    }
    const scope = {
      type: "websocket",
      path: `/ws/chat/${room}/`,
      queryString: "since=",
      headers: {},
      subprotocols: [],
      user,
    } as const
    const route = { kwargs: { roomName: room }, remaining: "" }
    const over = chat(urlRoute.extend(scope, route), receive, send)
    events.put({ type: "websocket.connect" })
    const next = () => soon(`a frame for ${name}`, frames.take())
    await next() // joined

    return {
      over,
      user,
      next,

      /** Everything arrives before any of it is handled. */
      send(...texts: readonly string[]): void {
        did(`${name} sends ${texts.length} frames: ${texts.join(" ")}`)
        for (const data of texts) {
          events.put({ type: "websocket.receive", data })
        }
      },

      /** What is no message: acknowledgements and errors. */
      async answers(count: number): Promise<Frame[]> {
        const found: Frame[] = []
        while (found.length < count) {
          const frame = await next()
          if (!("message" in frame)) found.push(frame)
        }
        return found
      },

      async messages(count: number): Promise<Frame[]> {
        const found: Frame[] = []
        while (found.length < count) {
          const frame = await next()
          if ("message" in frame) found.push(frame)
        }
        return found
      },
    }
  }

  return { ...own, layer, enter }
}
