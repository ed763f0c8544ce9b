import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { onTestFinished } from "vitest"
import type {
  Application,
  ClientEvent,
  Receive,
  ServerEvent,
} from "../../steps/01-echo/application.ts"
import type { LayerEvent } from "../../steps/04-groups/channel-layer.ts"
import type { RoomsOptions } from "../../steps/09-delivery/rooms/rooms.ts"
import { DeliveryClient } from "../../workbook/processes/delivery-client.ts"
import { load } from "./load.ts"
import { addUser } from "./own-database.ts"

const { ProtocolServer } = await load<
  typeof import("../../steps/01-echo/server/protocol-server.ts")
>("01-echo/server/protocol-server.ts")
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

/** Counts what the database is asked for, by the name of the method. */
class CountedMessages extends PlacedMessages {
  readonly counts = { returns: 0, holes: 0, newestIds: 0, firsts: 0 }
  /** A test may hold a reading for those who return. */
  beforeReturn = async () => {}

  override async newestAfter(room: string, id: number, count: number) {
    this.counts.returns++
    await this.beforeReturn()
    return super.newestAfter(room, id, count)
  }

  override async after(room: string, id: number, count: number) {
    this.counts.holes++
    return super.after(room, id, count)
  }

  override async newestIds(rooms: readonly string[]) {
    this.counts.newestIds++
    return super.newestIds(rooms)
  }

  override async lastMessages(room: string, count?: number) {
    this.counts.firsts++
    return super.lastMessages(room, count)
  }
}

/** A layer that can lose events, and come back. */
class LossyLayer extends InMemoryChannelLayer {
  override readonly reachesAll: boolean
  isLosing = false
  /** How often a consumer has joined a group. */
  joins = 0
  private readonly listeners: (() => void)[] = []

  constructor(reachesAll: boolean) {
    super()
    this.reachesAll = reachesAll
  }

  override async groupAdd(group: string, channel: string) {
    this.joins++
    await super.groupAdd(group, channel)
  }

  override async groupSend(group: string, event: LayerEvent) {
    if (!this.isLosing) await super.groupSend(group, event)
  }

  override onBack(listener = () => {}): () => void {
    this.listeners.push(listener)
    return () => {}
  }

  comeBack(): void {
    this.isLosing = false
    for (const listener of this.listeners) listener()
  }
}

export interface DeliveryOptions extends RoomsOptions {
  /** Whether the layer promises to reach all processes; as a layer in memory
   * does not. */
  readonly reachesAll?: boolean
  /** Another process has the same file: its `path`. */
  readonly path?: string
}

/** Step 9's sockets in this process, where a test can count what the database
 * is asked for, and lose events. */
export async function deliveryInProcess({
  reachesAll = true,
  path,
  ...roomsOptions
}: DeliveryOptions = {}) {
  const file = path ?? (await ownFile())
  const database = await openDatabase(file, [
    accountMigrations,
    historyMigrations,
    deliveryMigrations,
  ])
  const layer = new LossyLayer(reachesAll)
  const messages = new CountedMessages(database)
  const rooms = new Rooms(layer, messages, roomsOptions)
  const limit = new MessageLimit(undefined)
  const chat = ChatConsumer.asApplication(layer, rooms, messages, limit)
  const known: Application = (scope, receive, send) => {
    return chat({ ...scope, user }, receive, send)
  }
  const name = `writer ${++count}`
  const user = await addUser(database, name)
  const application = URLRouter(websocketUrlpatterns(known))
  const server = new ProtocolServer(application)
  const port = await server.listen(0, "localhost")
  onTestFinished(async () => {
    await server.close()
    await rooms.close()
    await database.close()
  })

  /** Opens a client in a room, closed when the test ends. */
  async function enter(room = "lobby"): Promise<DeliveryClient> {
    const url = () => `ws://localhost:${port}/ws/chat/${room}/`
    const client = new DeliveryClient({ url, hurry: 10 })
    onTestFinished(() => client.close())
    await client.until("an answer", () => client.isReady)
    return client
  }

  /** Opens a socket without a network, which only reads.
   * @param query like "since=41"
   * @returns the frames that it gets */
  function enterDirectly(room: string, query: string): string[] {
    const frames: string[] = []
    const scope = {
      type: "websocket",
      path: `/ws/chat/${room}/`,
      queryString: query,
      headers: {},
      subprotocols: [],
    } as const
    let leave = () => {}
    const left = new Promise<ClientEvent>((resolve) => {
      leave = () => resolve({ type: "websocket.disconnect", code: 1001 })
    })
    let isNew = true
    const receive: Receive = async () => {
      if (!isNew) return left
      isNew = false
      return { type: "websocket.connect" }
    }
    const send = async (event: ServerEvent) => {
      if (event.type === "websocket.send") frames.push(String(event.data))
    }
    const over = application(scope, receive, send)
    onTestFinished(async () => {
      leave()
      await over
    })
    return frames
  }

  /** Stores messages that no event is about: "1", "2" and so on. */
  async function fill(room: string, count: number): Promise<void> {
    await database.writer.all(
      `INSERT INTO messages (author_id, room, content)
       SELECT ?, ?, key + 1 FROM json_each(?)`,
      [user.id, room, JSON.stringify(Array(count).fill(0))],
    )
  }

  return {
    path: file,
    port,
    user,
    database,
    layer,
    messages,
    rooms,
    application,
    enter,
    enterDirectly,
    fill,
  }
}

/** A user's name is given once in a database, which two processes may share. */
let count = 0

async function ownFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "workbook-"))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return join(folder, "chat.sqlite3")
}
