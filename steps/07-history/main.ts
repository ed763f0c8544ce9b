import { serve } from "../01-echo/serve.ts"
import { ProtocolTypeRouter } from "../02-routing/protocol-type-router.ts"
import { URLRouter } from "../02-routing/url-router.ts"
import { openChannelLayer } from "../05-redis/open-channel-layer.ts"
import { accountsIn } from "../06-accounts/accounts.ts"
import { AuthMiddlewareStack } from "../06-accounts/auth-middleware-stack.ts"
import { openDatabase } from "../06-accounts/database.ts"
import { accountMigrations } from "../06-accounts/migrations.ts"
import { OriginValidator } from "../06-accounts/origin-validator.ts"
import { readSettings } from "../06-accounts/settings.ts"
import { Messages } from "./messages.ts"
import { historyMigrations } from "./migrations.ts"
import { pages } from "./pages.ts"
import { websocketUrlpatterns } from "./routing.ts"

const settings = readSettings(process.env)
const migrations = [accountMigrations, historyMigrations]
const database = await openDatabase(settings.databasePath, migrations)
const layer = await openChannelLayer(settings.channelLayer)
const accounts = accountsIn(database)
const application = ProtocolTypeRouter({
  http: pages(accounts),
  websocket: URLRouter(websocketUrlpatterns(layer, new Messages(database))),
})
await serve(OriginValidator(AuthMiddlewareStack(application, accounts)), {
  ...settings,
  path: "/chat/",
  closeAfter: [layer, database],
})
