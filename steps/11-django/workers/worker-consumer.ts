import type { ChannelLayer, LayerEvent } from "../../04-groups/channel-layer.ts"
import type { LayerHandler } from "../../04-groups/group-consumer.ts"
import type { ChannelApplication } from "./channel-application.ts"

/** Handles the events of a channel, one after the other. Mirrors what
 * `AsyncConsumer` does in a worker. But an event that cannot be handled does not
 * end the consumer: in Channels, it does, and the next events may be lost. */
export abstract class WorkerConsumer {
  /** By event type. */
  protected abstract readonly handlers: ReadonlyMap<string, LayerHandler>

  constructor(protected readonly layer: ChannelLayer) {}

  /** @param rest what the consumer's constructor takes after the layer */
  static asApplication<Rest extends unknown[]>(
    this: new (
      layer: ChannelLayer,
      ...rest: Rest
    ) => WorkerConsumer,
    layer: ChannelLayer,
    ...rest: Rest
  ): ChannelApplication {
    return (_scope, receive) => new this(layer, ...rest).run(receive)
  }

  private async run(receive: () => Promise<LayerEvent>): Promise<never> {
    for (;;) {
      const event = await receive()
      try {
        await this.handle(event)
      } catch (error) {
        console.error("Not handled:", error)
      }
    }
  }

  private async handle(event: LayerEvent): Promise<void> {
    const handler = this.handlers.get(event.type)
    if (handler) return handler(event)
    // Another program may have sent a type of any length.
    throw new Error(`No handler for type "${event.type.slice(0, 100)}"`)
  }
}
