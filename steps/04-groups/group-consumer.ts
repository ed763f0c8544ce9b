import { MessageConsumer } from "../01-echo/message-consumer.ts"
import type { Connection } from "../01-echo/websocket-consumer.ts"
import type { ChannelLayer, LayerEvent } from "./channel-layer.ts"

export type LayerHandler = (event: LayerEvent) => Promise<void>

/** "Try again later": the reader was too slow to be kept. */
const tryAgainLater = 1013

/**
 * A consumer with a channel of its own: others reach it through the layer.
 * Mirrors what `AsyncConsumer` does with its channel layer.
 */
export abstract class GroupConsumer extends MessageConsumer {
  /** What to do with events from the layer, by their type. Only what is listed
   * here can be called: the type comes from outside. */
  protected abstract readonly handlers: ReadonlyMap<string, LayerHandler>
  private channel = ""

  constructor(
    connection: Connection,
    protected readonly layer: ChannelLayer,
  ) {
    super(connection)
  }

  // #region own-channel
  /** As long as the consumer runs, it has a channel; it leaves all groups when
   * it ends, whatever ended it. */
  override async run(): Promise<void> {
    this.channel = await this.layer.newChannel({
      whenFull: () => this.giveUp(),
    })
    // #region listen
    void this.listen(
      () => this.layer.receive(this.channel),
      (event) => this.dispatchLayerEvent(event),
    )
    try {
      await super.run()
    } finally {
      await this.layer.closeChannel(this.channel)
    }
    // #endregion listen
  }

  protected async groupAdd(group: string): Promise<void> {
    await this.layer.groupAdd(group, this.channel)
  }

  private async dispatchLayerEvent(event: LayerEvent): Promise<void> {
    // #region layer-dispatch
    const handler = this.handlers.get(event.type)
    if (!handler) {
      throw new Error(`No handler for message type "${event.type}"`)
    }
    await handler(event)
    // #endregion layer-dispatch
  }

  /** The socket is closed past the consumer, which may be waiting for this
   * very reader; its own `disconnect` follows. */
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
