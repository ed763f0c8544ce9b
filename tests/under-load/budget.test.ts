import { createHook } from "node:async_hooks"
import { setImmediate as turn } from "node:timers/promises"
import { expect, test, vi } from "vitest"
import type {
  ClientEvent,
  Receive,
  Send,
  WebsocketScope,
} from "../../steps/01-echo/application.ts"
import { load } from "../support/load.ts"

const { ChatConsumer } = await load<
  typeof import("../../steps/04-groups/chat-consumer.ts")
>("04-groups/chat-consumer.ts")
const { InMemoryChannelLayer } = await load<
  typeof import("../../steps/04-groups/in-memory-channel-layer.ts")
>("04-groups/in-memory-channel-layer.ts")
const { urlRoute } = await load<
  typeof import("../../steps/02-routing/url-route.ts")
>("02-routing/url-route.ts")

/** A delivery needs 12. It needed 19 when every event had its own job in an
 * inbox and every frame had its own promise. */
const maxPromises = 12.5

/** A message is copied once. Before, each member got one more copy. */
const maxCopies = 1

const members = 100
const messages = 20

test("a delivery makes few promises, and a message is copied once", async () => {
  const layer = new InMemoryChannelLayer()
  let delivered = 0
  for (let member = 0; member < members; member++) {
    const events: ClientEvent[] = [{ type: "websocket.connect" }]
    const receive: Receive = () => {
      const event = events.shift()
      return event ? Promise.resolve(event) : new Promise(() => {})
    }
    const send: Send = async ({ type }) => {
      if (type === "websocket.send") delivered++
    }
    const application = ChatConsumer.asApplication(layer)
    void application(urlRoute.extend(scope, lobby), receive, send)
  }
  await turn()

  const copies = vi.spyOn(globalThis, "structuredClone")
  let promises = 0
  const hook = createHook({
    init(_id, type) {
      if (type === "PROMISE") promises++
    },
  }).enable()
  for (let message = 0; message < messages; message++) {
    const event = { type: "chat.message", message: `${message}` }
    await layer.groupSend("chat_lobby", event)
    await turn()
  }
  hook.disable()
  expect(delivered).toBe(members * messages)
  expect(promises / delivered).toBeLessThanOrEqual(maxPromises)
  expect(copies.mock.calls.length / messages).toBeLessThanOrEqual(maxCopies)
  copies.mockRestore()
})

const lobby = { kwargs: { roomName: "lobby" }, remaining: "" }
const scope: WebsocketScope = {
  type: "websocket",
  path: "/ws/chat/lobby/",
  queryString: "",
  headers: {},
  subprotocols: [],
}
