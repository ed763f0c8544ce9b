import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import type { Application } from "../../steps/01-echo/application.ts"
import type { LayerEvent } from "../../steps/04-groups/channel-layer.ts"
import { DirectClient } from "../support/direct-client.ts"
import { load } from "../support/load.ts"
import { addUser } from "../support/own-database.ts"

const { URLRouter } = await load<
  typeof import("../../steps/02-routing/url-router.ts")
>("02-routing/url-router.ts")
const { websocketUrlpatterns } = await load<
  typeof import("../../steps/02-routing/routing.ts")
>("02-routing/routing.ts")
const { InMemoryChannelLayer } = await load<
  typeof import("../../steps/04-groups/in-memory-channel-layer.ts")
>("04-groups/in-memory-channel-layer.ts")
const { openDatabase } = await load<
  typeof import("../../steps/06-accounts/database/open-database.ts")
>("06-accounts/database/open-database.ts")
const { accountMigrations } = await load<
  typeof import("../../steps/06-accounts/migrations.ts")
>("06-accounts/migrations.ts")
const { historyMigrations } = await load<
  typeof import("../../steps/07-history/migrations.ts")
>("07-history/migrations.ts")
const { MessageLimit } = await load<
  typeof import("../../steps/08-guard/limits/message-limit.ts")
>("08-guard/limits/message-limit.ts")
const { ChatConsumer } = await load<
  typeof import("../../steps/09-delivery/chat-consumer.ts")
>("09-delivery/chat-consumer.ts")
const { PlacedMessages } = await load<
  typeof import("../../steps/09-delivery/messages/placed-messages.ts")
>("09-delivery/messages/placed-messages.ts")
const { deliveryMigrations } = await load<
  typeof import("../../steps/09-delivery/migrations.ts")
>("09-delivery/migrations.ts")
const { Rooms } = await load<
  typeof import("../../steps/09-delivery/rooms/rooms.ts")
>("09-delivery/rooms/rooms.ts")

/** Step 9's sockets without a server, whose heartbeat is quick.
 * @param onPublish called before each event is sent to a room
 * @returns the chat for clients of this step, and for those of step 7 */
async function quickChat(onPublish: (event: LayerEvent) => void = () => {}) {
  const folder = await mkdtemp(join(tmpdir(), "workbook-"))
  const path = join(folder, "chat.sqlite3")
  const migrations = [accountMigrations, historyMigrations, deliveryMigrations]
  const database = await openDatabase(path, migrations)
  class WatchedLayer extends InMemoryChannelLayer {
    override async groupSend(group: string, event: LayerEvent) {
      onPublish(event)
      await super.groupSend(group, event)
    }
  }
  const layer = new WatchedLayer()
  const messages = new PlacedMessages(database)
  const rooms = new Rooms(layer, messages, { lookMs: 10, heartbeat: 1 })
  onTestFinished(async () => {
    await rooms.close()
    await database.close()
    await rm(folder, { recursive: true })
  })
  const user = await addUser(database, "ann")
  const limit = new MessageLimit(undefined)
  const chat = ChatConsumer.asApplication(layer, rooms, messages, limit)
  const routed = URLRouter(websocketUrlpatterns(chat))
  const asking = (queryString: string): Application => {
    return (scope, receive, send) =>
      routed({ ...scope, queryString, user }, receive, send)
  }
  return { newer: asking("since="), older: asking("") }
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
  const { newer } = await quickChat(() => order.push("published"))
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
