import { serve } from "../01-echo/server/serve.ts"
import { readSettings } from "../01-echo/server/settings.ts"
import { ProtocolTypeRouter } from "../02-routing/protocol-type-router.ts"
import { websocketUrlpatterns } from "../02-routing/routing.ts"
import { URLRouter } from "../02-routing/url-router.ts"
import { chatPages } from "../03-pages/chat-pages.ts"
import { expressApplication } from "../03-pages/express-application.ts"
import { ChatConsumer } from "./chat-consumer.ts"
import { InMemoryChannelLayer } from "./in-memory-channel-layer.ts"

// #region composition
const layer = new InMemoryChannelLayer({ capacity: 10_000 })
const chat = ChatConsumer.asApplication(layer)
const application = ProtocolTypeRouter({
  http: expressApplication(chatPages()),
  websocket: URLRouter(websocketUrlpatterns(chat)),
})
const settings = readSettings(process.env)
await serve(application, { ...settings, path: "/chat/", closeAfter: [layer] })
// #endregion composition
