import { serve } from "../01-echo/serve.ts"
import { ProtocolTypeRouter } from "../02-routing/protocol-type-router.ts"
import { URLRouter } from "../02-routing/url-router.ts"
import { pages } from "../03-pages/pages.ts"
import { openChannelLayer } from "./open-channel-layer.ts"
import { websocketUrlpatterns } from "./routing.ts"
import { readSettings } from "./settings.ts"

const settings = readSettings(process.env)
const layer = await openChannelLayer(settings.channelLayer)
const application = ProtocolTypeRouter({
  http: pages(),
  websocket: URLRouter(websocketUrlpatterns(layer)),
})
await serve(application, {
  ...settings,
  path: "/chat/",
  closeAfter: [layer],
})
