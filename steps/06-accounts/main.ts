import { serve } from "../01-echo/serve.ts"
import { ProtocolTypeRouter } from "../02-routing/protocol-type-router.ts"
import { URLRouter } from "../02-routing/url-router.ts"
import { openChannelLayer } from "../05-redis/open-channel-layer.ts"
import { accountsIn } from "./accounts.ts"
import { AuthMiddlewareStack } from "./auth-middleware-stack.ts"
import { openDatabase } from "./database.ts"
import { accountMigrations } from "./migrations.ts"
import { OriginValidator } from "./origin-validator.ts"
import { pages } from "./pages.ts"
import { websocketUrlpatterns } from "./routing.ts"
import { readSettings } from "./settings.ts"

const settings = readSettings(process.env)
const database = await openDatabase(settings.databasePath, [accountMigrations])
const layer = await openChannelLayer(settings.channelLayer)
const accounts = accountsIn(database)
const application = ProtocolTypeRouter({
  http: pages(accounts),
  websocket: URLRouter(websocketUrlpatterns(layer)),
})
await serve(OriginValidator(AuthMiddlewareStack(application, accounts)), {
  ...settings,
  path: "/chat/",
  closeAfter: [layer, database],
})
