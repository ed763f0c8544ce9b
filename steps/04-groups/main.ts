import { serve } from "../01-echo/serve.ts"
import { readSettings } from "../01-echo/settings.ts"
import { ProtocolTypeRouter } from "../02-routing/protocol-type-router.ts"
import { URLRouter } from "../02-routing/url-router.ts"
import { pages } from "../03-pages/pages.ts"
import { InMemoryChannelLayer } from "./in-memory-channel-layer.ts"
import { websocketUrlpatterns } from "./routing.ts"

const layer = new InMemoryChannelLayer({ capacity: 10_000 })
const application = ProtocolTypeRouter({
  http: pages(),
  websocket: URLRouter(websocketUrlpatterns(layer)),
})
const settings = readSettings(process.env)
await serve(application, {
  ...settings,
  path: "/chat/",
  closeAfter: [layer],
})
