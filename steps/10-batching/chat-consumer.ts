import { parseClientMessage } from "../01-echo/consumer/client-message.ts"
import { SenderError } from "../01-echo/consumer/sender-error.ts"
import { StopConsumer } from "../01-echo/consumer/stop-consumer.ts"
import type { Connection } from "../01-echo/consumer/websocket-consumer.ts"
import { Queue } from "../01-echo/queue.ts"
import { roomNameOf } from "../02-routing/room-name.ts"
import type { ChannelLayer, LayerEvent } from "../04-groups/channel-layer.ts"
import { type ChatEvent, frames, isChatEvent } from "../04-groups/chat-event.ts"
import { groupNameFor } from "../04-groups/group-name.ts"
import { knownUserOf } from "../06-accounts/users-only.ts"
import type { MessageLimit } from "../08-guard/limits/message-limit.ts"
import { frameWithoutPlace } from "../09-delivery/messages/frame-without-place.ts"
import { keyOf, keyOfRefused } from "../09-delivery/messages/message-key.ts"
import type { Ring, Room } from "../09-delivery/rooms/room.ts"
import type { Rooms } from "../09-delivery/rooms/rooms.ts"
import { visitOf } from "../09-delivery/rooms/visit.ts"
import { BatchConsumer } from "./batch-consumer.ts"
import { BatchReader } from "./batch-reader.ts"
import type { Committed } from "./commits/group-commit.ts"
import type { MessageWriter } from "./message-writer.ts"

const savedOnly =
  "Saved, but not delivered yet: the server has lost its connection to " +
  "the other servers. Do not send it again, it is in the room's history."

const fieldsOfStep7 = ["message", "author", "id", "timestamp"]
const frameOfStep7 = frames(...fieldsOfStep7)
const frameOf = frames(...fieldsOfStep7, "previous")
const ownFrameOf = frames(...fieldsOfStep7, "previous", "key")

/** How many characters may be sent before a slow client is waited for. */
const mostAtOnce = 16_384

interface Written extends Committed {
  readonly key: string | undefined
}

/** Promises what step 9 promises, for all that waits at once. */
export class ChatConsumer extends BatchConsumer {
  protected override readonly handlers = new Map([
    ["chat.message", (event: LayerEvent) => this.chatMessage(event)],
  ])
  private readonly roomName = roomNameOf(this.scope)
  private readonly group = groupNameFor(this.roomName)
  private readonly user = knownUserOf(this.scope)
  /** Undefined for a client of step 7. */
  private readonly visit = visitOf(this.scope.queryString)
  private readonly bell = new Queue<Ring>()
  private readonly room: Room
  private readonly reader: BatchReader
  private hasJoined = false

  constructor(
    connection: Connection,
    layer: ChannelLayer,
    rooms: Rooms,
    private readonly writer: MessageWriter,
    private readonly limit: MessageLimit,
  ) {
    super(connection, layer)
    this.room = rooms.open(this.roomName)
    this.reader = new BatchReader({
      room: this.room,
      showTogether: (events) => this.show(events),
      ring: () => this.bell.put({ isHeartbeat: false }),
    })
  }

  override async run(): Promise<void> {
    this.room.enter(this.bell)
    try {
      await super.run()
    } finally {
      this.room.leave(this.bell)
      this.reader.close()
    }
  }

  /** Listens to the room's bell as well. */
  protected override listening(): Promise<never>[] {
    const rings = () => this.bell.take()
    return [...super.listening(), this.listen(rings, (it) => this.look(it))]
  }

  override async connect(): Promise<void> {
    await this.groupAdd(this.group)
    const { epoch, isRecovered, events, last } = await this.room.join(
      this.visit,
    )
    await this.accept()
    const joined = { epoch, recovered: isRecovered, count: events.length, last }
    if (this.visit) await this.sendJson({ joined })
    await this.reader.begin(events, last)
    this.hasJoined = true
  }

  // #region reading
  protected override async receiveEvents(
    events: readonly LayerEvent[],
  ): Promise<void> {
    await this.reader.takeAll(events, (event) => this.dispatchLayerEvent(event))
  }

  /** Not of a stored message: those are for the reader. */
  private async chatMessage(event: LayerEvent): Promise<void> {
    if (!isChatEvent(event)) return
    // Another program has sent it: it is shown, and stored nowhere.
    const frame = frameWithoutPlace(event)
    if (frame !== undefined) await this.send(frame)
  }

  private async look({ isHeartbeat }: Ring): Promise<void> {
    // The bell may ring before `connect`, which then reads everything.
    if (!this.hasJoined) return
    await this.reader.look()
    if (!isHeartbeat || !this.visit) return
    await this.sendJson({ last: this.reader.position })
  }

  /** Waits once for many of them: a promise for each would cost more than the
   * message. */
  private async show(events: readonly ChatEvent[]): Promise<void> {
    let sent: Promise<void> | undefined
    let length = 0
    for (const event of events) {
      if (length > mostAtOnce) {
        await sent
        length = 0
      }
      const data = this.frameFor(event)
      sent = this.connection.send({ type: "websocket.send", data })
      length += data.length
    }
    await sent
  }

  private frameFor(event: ChatEvent): string {
    if (!this.visit) return frameOfStep7(event)
    const isOwn = event.author === this.user.username
    return isOwn ? ownFrameOf(event) : frameOf(event)
  }
  // #endregion reading

  // #region writing
  /** Stores all of them together, then answers each one, in their order. */
  protected override async receiveFrames(
    data: readonly (string | Uint8Array)[],
  ): Promise<void> {
    const writing = data.map((one) => this.write(one))
    const outcomes = await Promise.allSettled(writing)
    const written: Written[] = []
    for (const [index, outcome] of outcomes.entries()) {
      if (outcome.status === "rejected") {
        await this.refuse(data[index] ?? "", outcome.reason)
      } else {
        written.push(outcome.value)
        const { key, id } = outcome.value
        if (key !== undefined) await this.sendJson({ ack: key, id })
      }
    }
    // A client with keys reads the room, so it need not know. Waiting here, while
    // Redis hangs, would let the channel fill up.
    const unnamed = written.filter(({ key }) => key === undefined)
    for (const { isPublished } of unnamed) {
      if (!(await isPublished)) await this.sendJson({ error: savedOnly })
    }
  }

  private async write(data: string | Uint8Array): Promise<Written> {
    await this.countFrame()
    const frame = parseClientMessage(data)
    const key = keyOf(frame)
    const { id: authorId, username: author } = this.user
    const { roomName: room, group } = this
    const content = frame.message
    const message = { authorId, author, room, group, content, key }
    try {
      return { ...(await this.writer.store(message)), key }
    } catch (error) {
      if (error instanceof SenderError) throw error
      console.error("Not stored:", error)
      const sentence = "Neither saved nor sent: try it again later."
      throw new SenderError(sentence, key ? { retryAfter: 2 } : {})
    }
  }

  private async refuse(data: string | Uint8Array, error: unknown) {
    if (error instanceof StopConsumer) {
      await this.close(error.code, "Too many messages")
    }
    if (!(error instanceof SenderError)) throw error
    const key = keyOfRefused(data)
    await this.sendJson({ error: error.message, key, ...error.fields })
  }

  /** Counts each frame before anything is done with it. The frames that came
   * first are answered before the socket is closed. */
  private async countFrame(): Promise<void> {
    const retryAfter = this.limit.count(this.user.id)
    if (retryAfter === 0) return
    if (retryAfter === Number.POSITIVE_INFINITY) throw new StopConsumer(1008)
    const error = `Not sent: you are sending too fast. Wait ${retryAfter} s.`
    throw new SenderError(error, { retryAfter })
  }
  // #endregion writing
}
