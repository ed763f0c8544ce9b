import type { ClientEvent } from "../01-echo/application.ts"
import type { LayerEvent } from "../04-groups/channel-layer.ts"
import { GroupConsumer } from "../04-groups/group-consumer.ts"

/** How much is taken at a time. */
const most = 64

type Data = string | Uint8Array

/** Takes all that waits, instead of one event at a time. One batch at a time is
 * handled, from the client or from the layer. */
export abstract class BatchConsumer extends GroupConsumer {
  /** Handles frames of the client, in their order. */
  protected abstract receiveFrames(frames: readonly Data[]): Promise<void>

  /** Handles events of the layer, in their order. */
  protected abstract receiveEvents(events: readonly LayerEvent[]): Promise<void>

  /** Never called: a frame is one of its batch. */
  override async receive(): Promise<void> {}

  /** Never called: a message is one of its batch. */
  protected override async receiveMessage(): Promise<void> {}

  protected override listening(): Promise<never>[] {
    // #region take-what-waits
    const { connection, layer } = this
    const fromClient = () => connection.receiveMany(most)
    const fromLayer = () => layer.receiveMany(this.channel, most)
    return [
      this.listen(fromClient, (events) => this.dispatchMany(events)),
      this.listen(fromLayer, (events) => this.receiveEvents(events)),
    ]
    // #endregion take-what-waits
  }

  /** Frames that came one after the other are handled together. */
  private async dispatchMany(events: readonly ClientEvent[]): Promise<void> {
    // #region frames-together
    const frames: Data[] = []
    for (const event of events) {
      if (event.type === "websocket.receive") {
        frames.push(event.data)
      } else {
        if (frames.length > 0) await this.receiveFrames(frames.splice(0))
        await this.dispatch(event)
      }
    }
    if (frames.length > 0) await this.receiveFrames(frames)
    // #endregion frames-together
  }
}
