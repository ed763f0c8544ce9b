import { MessageConsumer } from "../01-echo/consumer/message-consumer.ts"
import type { Connection } from "../01-echo/consumer/websocket-consumer.ts"
import type { ChannelLayer, LayerEvent } from "./channel-layer.ts"

export type LayerHandler = (event: LayerEvent) => Promise<void>

/** "Try again later": the reader was too slow. */
const tryAgainLater = 1013

/**
 * A consumer with a channel of its own: others reach it through the layer.
 * Mirrors what `AsyncConsumer` does with its channel layer.
 */
export abstract class GroupConsumer extends MessageConsumer {
  /** What to do with events from the layer, by their type. Only what is listed
   * here can be called: the type comes from outside. */
  protected abstract readonly handlers: ReadonlyMap<string, LayerHandler>
  /** The name of its channel, as long as it runs. */
  protected channel = ""

  constructor(
    connection: Connection,
    protected readonly layer: ChannelLayer,
  ) {
    super(connection)
  }

  // #region own-channel
  /** However the consumer ends, its channel is closed and so leaves all
   * groups. */
  override async run(): Promise<void> {
    const whenFull = () => this.giveUp()
    this.channel = await this.layer.newChannel({ whenFull })
    try {
      await super.run()
    } finally {
      await this.layer.closeChannel(this.channel)
    }
  }

  /** The client's events, and beside them those of the layer. */
  protected override listening(): Promise<never>[] {
    // #region listen
    const receive = () => this.layer.receive(this.channel)
    const dispatch = (event: LayerEvent) => this.dispatchLayerEvent(event)
    return [...super.listening(), this.listen(receive, dispatch)]
    // #endregion listen
  }

  protected async dispatchLayerEvent(event: LayerEvent): Promise<void> {
    // #region layer-dispatch
    const handler = this.handlers.get(event.type)
    if (!handler) {
      throw new Error(`No handler for message type "${event.type}"`)
    }
    await handler(event)
    // #endregion layer-dispatch
  }

  protected async groupAdd(group: string): Promise<void> {
    await this.layer.groupAdd(group, this.channel)
  }

  /** Closes the socket without waiting for a turn: the consumer may be waiting
   * for this very reader. Its `disconnect` follows. */
  private giveUp(): void {
    console.error(`${this.channel} is full: closing it with ${tryAgainLater}`)
    void this.connection.send({
      type: "websocket.close",
      code: tryAgainLater,
      reason: "Too slow: messages were waiting",
    })
  }
  // #endregion own-channel
}
