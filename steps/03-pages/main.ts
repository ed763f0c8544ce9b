import { serve } from "../01-echo/serve.ts"
import { readSettings } from "../01-echo/settings.ts"
import { ProtocolTypeRouter } from "../02-routing/protocol-type-router.ts"
import { websocketUrlpatterns } from "../02-routing/routing.ts"
import { URLRouter } from "../02-routing/url-router.ts"
import { pages } from "./pages.ts"

const application = ProtocolTypeRouter({
  http: pages(),
  websocket: URLRouter(websocketUrlpatterns),
})
const settings = readSettings(process.env)
await serve(application, { ...settings, path: "/chat/" })
