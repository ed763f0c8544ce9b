import { serve } from "../01-echo/server/serve.ts"
import { readSettings } from "../01-echo/server/settings.ts"
import { ChatConsumer } from "../02-routing/chat-consumer.ts"
import { ProtocolTypeRouter } from "../02-routing/protocol-type-router.ts"
import { websocketUrlpatterns } from "../02-routing/routing.ts"
import { URLRouter } from "../02-routing/url-router.ts"
import { chatPages } from "./chat-pages.ts"
import { expressApplication } from "./express-application.ts"

// #region composition
const application = ProtocolTypeRouter({
  http: expressApplication(chatPages()),
  websocket: URLRouter(websocketUrlpatterns(ChatConsumer.asApplication())),
})
const settings = readSettings(process.env)
await serve(application, { ...settings, path: "/chat/" })
// #endregion composition
