import { MessageConsumer } from "../01-echo/consumer/message-consumer.ts"
import type { Connection } from "../01-echo/consumer/websocket-consumer.ts"
import type { ChannelLayer, LayerEvent } from "./channel-layer.ts"

export type LayerHandler = (event: LayerEvent) => Promise<void>

/** A consumer with its own channel, which receives events through the layer.
 * Mirrors what `AsyncConsumer` does with its channel layer. */
export abstract class GroupConsumer extends MessageConsumer {
  /** By event type. The type comes from outside: only these can be called. */
  protected abstract readonly handlers: ReadonlyMap<string, LayerHandler>
  /** The channel's name, once the consumer runs. */
  protected channel = ""
  private hasGivenUp = false

  constructor(
    connection: Connection,
    protected readonly layer: ChannelLayer,
  ) {
    super(connection)
  }

  // #region own-channel
  /** However the consumer ends, its channel is closed and leaves all groups. */
  override async run(): Promise<void> {
    const whenFull = () => this.giveUp()
    this.channel = await this.layer.newChannel({ whenFull })
    try {
      await super.run()
    } finally {
      await this.layer.closeChannel(this.channel)
    }
  }

  /** Listens to the client and to the layer. */
  protected override listening(): Promise<never>[] {
    // #region listen
    const receive = () => this.layer.receive(this.channel)
    const dispatch = (event: LayerEvent) => this.dispatchLayerEvent(event)
    return [...super.listening(), this.listen(receive, dispatch)]
    // #endregion listen
  }
  // #endregion own-channel

  protected async dispatchLayerEvent(event: LayerEvent): Promise<void> {
    // #region layer-dispatch
    const handler = this.handlers.get(event.type)
    if (!handler) throw new Error(`No handler for message type "${event.type}"`)
    await handler(event)
    // #endregion layer-dispatch
  }

  protected async groupAdd(group: string): Promise<void> {
    await this.layer.groupAdd(group, this.channel)
  }

  // #region giving-up
  /** Does not wait for a turn: the current turn may be waiting for this client.
   * `disconnect` follows. */
  private giveUp(): void {
    if (this.hasGivenUp) return // full until it is closed
    this.hasGivenUp = true
    const code = 1013 // "try again later"
    console.error(`${this.channel} is full: closing it with ${code}`)
    const reason = "Too slow: messages were waiting"
    void this.connection.send({ type: "websocket.close", code, reason })
  }
  // #endregion giving-up
}
