import { parseClientMessage } from "../../steps/01-echo/consumer/client-message.ts"
import { SenderError } from "../../steps/01-echo/consumer/sender-error.ts"
import { serve } from "../../steps/01-echo/server/serve.ts"
import { ProtocolTypeRouter } from "../../steps/02-routing/protocol-type-router.ts"
import { roomNameOf } from "../../steps/02-routing/room-name.ts"
import { websocketUrlpatterns } from "../../steps/02-routing/routing.ts"
import { URLRouter } from "../../steps/02-routing/url-router.ts"
import { chatPages } from "../../steps/03-pages/chat-pages.ts"
import { expressApplication } from "../../steps/03-pages/express-application.ts"
import type { LayerEvent } from "../../steps/04-groups/channel-layer.ts"
import { frames, isChatEvent } from "../../steps/04-groups/chat-event.ts"
import { groupNameFor } from "../../steps/04-groups/group-name.ts"
import { openChannelLayer } from "../../steps/05-redis/open-channel-layer.ts"
import { publish } from "../../steps/05-redis/publish.ts"
import { readSettings } from "../../steps/05-redis/settings.ts"
import { BatchConsumer } from "../../steps/10-batching/batch-consumer.ts"
import { corkedWriter } from "../../steps/10-batching/frames/corked-writer.ts"
import { PipelinedRedis as Client } from "../../steps/10-batching/pipelined-redis.ts"

// What step 10 does, without storing: step 5's chat with its frames, channels
// and publishes in batches.

const frameOf = frames("message")

class ChatConsumer extends BatchConsumer {
  protected override readonly handlers = new Map()
  private readonly group = groupNameFor(roomNameOf(this.scope))

  override async connect(): Promise<void> {
    await this.groupAdd(this.group)
    await this.accept()
  }

  protected override async receiveFrames(
    data: readonly (string | Uint8Array)[],
  ): Promise<void> {
    const publishing = data.map((one) => this.publish(one))
    for (const outcome of await Promise.allSettled(publishing)) {
      if (outcome.status === "fulfilled") continue
      if (!(outcome.reason instanceof SenderError)) throw outcome.reason
      await this.sendJson({ error: outcome.reason.message })
    }
  }

  protected override async receiveEvents(
    events: readonly LayerEvent[],
  ): Promise<void> {
    let sent: Promise<void> | undefined
    for (const event of events.filter(isChatEvent)) {
      const data = frameOf(event)
      sent = this.connection.send({ type: "websocket.send", data })
    }
    await sent
  }

  private async publish(data: string | Uint8Array): Promise<void> {
    const { message } = parseClientMessage(data)
    await publish(this.layer, this.group, { type: "chat.message", message })
  }
}

const settings = readSettings(process.env)
const layer = await openChannelLayer({ ...settings.channelLayer, Client })
const chat = ChatConsumer.asApplication(layer)
const application = ProtocolTypeRouter({
  http: expressApplication(chatPages()),
  websocket: URLRouter(websocketUrlpatterns(chat)),
})
await serve(application, {
  ...settings,
  path: "/chat/",
  openWriter: corkedWriter,
  closeAfter: [layer],
})
