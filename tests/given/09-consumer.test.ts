import { expect, onTestFinished, test } from "vitest"
import type { Application } from "../../steps/01-echo/application.ts"
import { deliveryInProcess } from "../support/delivery-in-process.ts"
import { DirectClient } from "../support/direct-client.ts"
import { load } from "../support/load.ts"

const { LayerUnavailable } = await load<
  typeof import("../../steps/05-redis/layer-unavailable.ts")
>("05-redis/layer-unavailable.ts")

/** Step 9's sockets without a network, whose heartbeat is quick.
 * @returns the chat for clients of this step, and for those of step 7 */
async function quickChat() {
  const chat = await deliveryInProcess({ lookMs: 10, heartbeat: 1 })
  const asking = (queryString: string): Application => {
    return (scope, receive, send) =>
      chat.application({ ...scope, queryString }, receive, send)
  }
  return { ...chat, newer: asking("since="), older: asking("") }
}

async function opened(
  application: Application,
  name: string,
): Promise<DirectClient> {
  const client = new DirectClient(application, name)
  onTestFinished(async () => {
    client.leave()
    await client.over
  })
  await client.accepted()
  return client
}

test("a heartbeat has the last id for a client of this step, and sends a client of step 7 nothing", async () => {
  const { newer, older } = await quickChat()
  const ann = await opened(newer, "Ann")
  const old = await opened(older, "a client of step 7")
  expect(JSON.parse(await ann.next())).toHaveProperty("joined")
  expect(await ann.nextOnes(3)).toEqual(Array(3).fill('{"last":0}'))
  old.say("marker")
  expect(JSON.parse(await old.next())).toMatchObject({ message: "marker" })
  let frame = JSON.parse(await ann.next())
  while ("last" in frame) frame = JSON.parse(await ann.next())
  expect(frame).toMatchObject({ message: "marker", previous: 0 })
  expect(await ann.next()).toBe(JSON.stringify({ last: frame.id }))
})

test("a message is published only after its `ack` was sent", async () => {
  const order: string[] = []
  const { layer, newer } = await quickChat()
  const groupSend = layer.groupSend.bind(layer)
  layer.groupSend = async (group, event) => {
    order.push("published")
    await groupSend(group, event)
  }
  const noted: Application = (scope, receive, send) =>
    newer(scope, receive, async (event) => {
      const isAck =
        event.type === "websocket.send" && /"ack"/.test(`${event.data}`)
      if (isAck) order.push("acknowledged")
      await send(event)
    })
  const ann = await opened(noted, "Ann")
  ann.say("hi", "k1")
  while (!(await ann.next()).includes('"message":"hi"'));
  expect(order).toEqual(["acknowledged", "published"])
})

test("a heartbeat that comes while a client joins does not refuse its socket", async () => {
  const { layer, newer, rooms } = await quickChat()
  const newChannel = layer.newChannel.bind(layer)
  layer.newChannel = async (options) => {
    for (const _ of rooms.open("lobby").ring({ isHeartbeat: true }));
    return newChannel(options)
  }
  // Each middleware delays what the consumer receives.
  const behindMiddleware: Application = (scope, receive, send) =>
    newer(scope, async () => receive(), send)
  const ann = await opened(behindMiddleware, "Ann")
  expect(JSON.parse(await ann.next())).toHaveProperty("joined")
  expect(await ann.next()).toBe('{"last":0}')
})

test("when the layer is back, the newest message is published, also if an older one was sent again after it", async () => {
  const { layer, newer } = await quickChat()
  const ann = await opened(newer, "Ann")
  const published: unknown[] = []
  let isAway = false
  layer.groupSend = async (_group, { message }) => {
    if (isAway) throw new LayerUnavailable()
    published.push(message)
  }
  ann.say("older", "k1")
  ann.say("a refused marker", "")
  while (!(await ann.next()).includes("error"));
  isAway = true
  ann.say("newest", "k2")
  ann.say("older", "k1")
  ann.say("a refused marker", "")
  while (!(await ann.next()).includes("error"));
  isAway = false
  layer.comeBack()
  await expect.poll(() => published).toEqual(["older", "newest"])
})
