import {
  type ClientMessage,
  parseClientMessage,
} from "../01-echo/consumer/client-message.ts"
import { SenderError } from "../01-echo/consumer/sender-error.ts"
import { StopConsumer } from "../01-echo/consumer/stop-consumer.ts"
import type { Connection } from "../01-echo/consumer/websocket-consumer.ts"
import { Queue } from "../01-echo/queue.ts"
import { roomNameOf } from "../02-routing/room-name.ts"
import type { ChannelLayer, LayerEvent } from "../04-groups/channel-layer.ts"
import { type ChatEvent, frames, isChatEvent } from "../04-groups/chat-event.ts"
import { GroupConsumer } from "../04-groups/group-consumer.ts"
import { groupNameFor } from "../04-groups/group-name.ts"
import { LayerUnavailable } from "../05-redis/layer-unavailable.ts"
import { knownUserOf } from "../06-accounts/users-only.ts"
import type { MessageLimit } from "../08-guard/limits/message-limit.ts"
import { frameWithoutPlace } from "./messages/frame-without-place.ts"
import type { MessageEvent } from "./messages/message-event.ts"
import { isId } from "./messages/message-id.ts"
import { keyOf, keyOfRefused } from "./messages/message-key.ts"
import type { Placed, PlacedMessageStore } from "./messages/placed-messages.ts"
import { Reader } from "./rooms/reader.ts"
import type { Ring, Room } from "./rooms/room.ts"
import type { Rooms } from "./rooms/rooms.ts"
import { visitOf } from "./rooms/visit.ts"

const savedOnly =
  "Saved, but not delivered yet: the server has lost its connection to " +
  "the other servers. Do not send it again, it is in the room's history."

const fieldsOfStep7 = ["message", "author", "id", "timestamp"]
const frameOfStep7 = frames(...fieldsOfStep7)
const frameOf = frames(...fieldsOfStep7, "previous")
const ownFrameOf = frames(...fieldsOfStep7, "previous", "key")

/** Everyone sees every message once, in one order. The database is the truth;
 * an event only shows that there is something to read. */
export class ChatConsumer extends GroupConsumer {
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
  private readonly reader: Reader
  private hasJoined = false

  constructor(
    connection: Connection,
    layer: ChannelLayer,
    private readonly rooms: Rooms,
    private readonly messages: PlacedMessageStore,
    private readonly limit: MessageLimit,
  ) {
    super(connection, layer)
    this.room = rooms.open(this.roomName)
    this.reader = new Reader(this.room, (event) => this.show(event))
  }

  override async run(): Promise<void> {
    this.room.enter(this.bell)
    try {
      await super.run()
    } finally {
      this.room.leave(this.bell)
    }
  }

  /** Listens to the room's bell as well. */
  protected override listening(): Promise<never>[] {
    const rings = () => this.bell.take()
    return [...super.listening(), this.listen(rings, (it) => this.look(it))]
  }

  // #region joining
  /** Joins first, then reads: a message that is sent meanwhile waits for its
   * turn, and may have been read by then. */
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
  // #endregion joining

  private async show(event: ChatEvent): Promise<void> {
    if (!this.visit) await this.send(frameOfStep7(event))
    else if (event.author !== this.user.username)
      await this.send(frameOf(event))
    else await this.send(ownFrameOf(event))
  }

  /** Counts each frame before anything is done with it. A message with a key
   * gets one answer, which has the same key. */
  override async receive(data: string | Uint8Array): Promise<void> {
    try {
      await this.countFrame()
      const frame = parseClientMessage(data)
      await this.receiveMessage(frame.message, frame)
    } catch (error) {
      if (!(error instanceof SenderError)) throw error
      const key = keyOfRefused(data)
      await this.sendJson({ error: error.message, key, ...error.fields })
    }
  }

  private async countFrame(): Promise<void> {
    const retryAfter = this.limit.count(this.user.id)
    if (retryAfter === 0) return
    if (retryAfter === Number.POSITIVE_INFINITY) {
      await this.close(1008, "Too many messages")
      throw new StopConsumer(1008)
    }
    const error = `Not sent: you are sending too fast. Wait ${retryAfter} s.`
    throw new SenderError(error, { retryAfter })
  }

  // #region reading
  private async chatMessage(event: LayerEvent): Promise<void> {
    if (!isChatEvent(event)) return
    const { id } = event
    if (isId(id)) return this.reader.take(event, id)
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
  // #endregion reading

  protected override async receiveMessage(
    message: string,
    frame: ClientMessage,
  ): Promise<void> {
    // #region acknowledging
    const key = keyOf(frame)
    const { id, timestamp, previous } = await this.store(message, key)
    if (key !== undefined) await this.sendJson({ ack: key, id })
    const { username: author } = this.user
    const type = "chat.message"
    const stored = { type, message, author, id, timestamp, previous } as const
    await this.publish(key === undefined ? stored : { ...stored, key })
    // #endregion acknowledging
  }

  private async store(message: string, key?: string): Promise<Placed> {
    const { user, roomName } = this
    try {
      return await this.messages.create(user.id, roomName, message, key)
    } catch (error) {
      if (error instanceof SenderError) throw error
      console.error("Not stored:", error)
      const sentence = "Neither saved nor sent: try it again later."
      throw new SenderError(
        sentence,
        key === undefined ? {} : { retryAfter: 2 },
      )
    }
  }

  /** The message is stored, so it is not lost: members here read it at once,
   * those of other processes when the layer is back. */
  private async publish(event: MessageEvent): Promise<void> {
    const send = () => this.layer.groupSend(this.group, event)
    try {
      await send()
    } catch (error) {
      if (!(error instanceof LayerUnavailable)) throw error
      this.room.ringFor(event.id)
      this.rooms.sendLater(this.group, event.id, send)
      if (event.key === undefined) throw new SenderError(savedOnly)
    }
  }
}
