import { serve } from "../01-echo/server/serve.ts"
import { ProtocolTypeRouter } from "../02-routing/protocol-type-router.ts"
import { websocketUrlpatterns } from "../02-routing/routing.ts"
import { URLRouter } from "../02-routing/url-router.ts"
import { chatPages } from "../03-pages/chat-pages.ts"
import { expressApplication } from "../03-pages/express-application.ts"
import { ChatConsumer } from "./chat-consumer.ts"
import { openChannelLayer } from "./open-channel-layer.ts"
import { readSettings } from "./settings.ts"

const settings = readSettings(process.env)
const layer = await openChannelLayer(settings.channelLayer)
const chat = ChatConsumer.asApplication(layer)
const application = ProtocolTypeRouter({
  http: expressApplication(chatPages()),
  websocket: URLRouter(websocketUrlpatterns(chat)),
})
await serve(application, { ...settings, path: "/chat/", closeAfter: [layer] })
