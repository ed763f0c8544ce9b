import { setImmediate as nextTurn } from "node:timers/promises"
import type { LayerEvent } from "../04-groups/channel-layer.ts"
import type { ChatEvent } from "../04-groups/chat-event.ts"
import type { MessageEvent } from "../09-delivery/messages/message-event.ts"
import { isId } from "../09-delivery/messages/message-id.ts"
import { Reader } from "../09-delivery/rooms/reader.ts"
import type { Room } from "../09-delivery/rooms/room.ts"
import { EarlyEvents, type StoredEvent } from "./early-events.ts"

/** After this many messages for a client, others get their turn. */
const atOnce = 64

/** How long a message may be missing, at least, before the room is read. */
const patienceMs = 50

export interface BatchReaderOptions {
  readonly room: Room
  /** Sends messages to the client, in their order. */
  showTogether(events: readonly ChatEvent[]): Promise<void>
  /** Asks the consumer to call `look` when it has time. */
  ring(): void
}

/** A reader that shows what it has together, instead of one message after the
 * other. What has overtaken an earlier message waits for it. */
export class BatchReader extends Reader {
  /** Undefined until there is one: most sockets never need it. */
  private early: EarlyEvents | undefined
  private timer: NodeJS.Timeout | undefined
  /** Whether the message that comes next is late, or lost. */
  private isMissing = false

  constructor(private readonly options: BatchReaderOptions) {
    super(options.room, (event) => options.showTogether([event]))
  }

  /** Takes events from the layer, in their order. Messages that come next are
   * shown together.
   * @param takeOther handles what is not a stored message */
  async takeAll(
    events: readonly LayerEvent[],
    takeOther: (event: LayerEvent) => Promise<void>,
  ): Promise<void> {
    // #region take-all
    const next: ChatEvent[] = []
    for (const event of events) {
      if (!isStored(event)) {
        await this.options.showTogether(next.splice(0))
        await takeOther(event)
        continue
      }
      if (event.id <= this.position) continue
      const isNext = event.previous === this.position
      if (isNext) this.goOn(event, next)
      if (isNext || this.waitFor(event)) continue
      await this.options.showTogether(next.splice(0))
      await this.catchUp()
    }
    await this.options.showTogether(next)
    // #endregion take-all
  }

  /** Reads the room if it has more, or if a message has not come in time. */
  override async look(): Promise<void> {
    if (this.isMissing) await this.catchUp()
    else await super.look()
  }

  /** Stops its timer. */
  close(): void {
    clearTimeout(this.timer)
  }

  protected override async catchUp(): Promise<void> {
    this.isMissing = false
    await super.catchUp()
    this.early?.forgetBefore(this.position)
    const event = this.early?.takeAfter(this.position)
    if (event) await this.takeAll([event], async () => {})
  }

  protected override async showAll(
    events: readonly MessageEvent[],
  ): Promise<void> {
    for (let index = 0; index < events.length; index += atOnce) {
      if (index > 0) await nextTurn()
      const some = events.slice(index, index + atOnce)
      await this.options.showTogether(some)
      this.position = some.at(-1)?.id ?? this.position
    }
  }

  /** Adds a message to those that come next, and all that have waited for it. */
  private goOn(event: StoredEvent, next: ChatEvent[]): void {
    let it: StoredEvent | undefined = event
    while (it) {
      next.push(it)
      this.position = it.id
      it = this.early?.takeAfter(it.id)
    }
    if (this.early?.length === 0) this.early = undefined
  }

  /** @returns false if there is no place for it */
  private waitFor(event: StoredEvent): boolean {
    this.beginWaiting()
    this.early ??= new EarlyEvents()
    return this.early.keep(event)
  }

  private beginWaiting(): void {
    // #region wait
    const { position } = this
    this.timer ??= setTimeout(() => {
      this.timer = undefined
      this.isMissing = this.position === position
      if (this.isMissing) this.options.ring()
      else if (this.early?.length) this.beginWaiting()
    }, patienceMs)
    // #endregion wait
  }
}

function isStored(event: LayerEvent): event is StoredEvent {
  const isMessage = event.type === "chat.message"
  return isMessage && typeof event.message === "string" && isId(event.id)
}
