import { serve } from "../01-echo/server/serve.ts"
import { readSettings } from "../01-echo/server/settings.ts"
import { ChatConsumer } from "./chat-consumer.ts"
import { ProtocolTypeRouter } from "./protocol-type-router.ts"
import { websocketUrlpatterns } from "./routing.ts"
import { URLRouter } from "./url-router.ts"

// #region composition
const application = ProtocolTypeRouter({
  websocket: URLRouter(websocketUrlpatterns(ChatConsumer.asApplication())),
})
const settings = readSettings(process.env)
await serve(application, { ...settings, path: "/ws/chat/lobby/" })
// #endregion composition
