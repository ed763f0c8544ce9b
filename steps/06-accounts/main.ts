import { serve } from "../01-echo/server/serve.ts"
import { ProtocolTypeRouter } from "../02-routing/protocol-type-router.ts"
import { websocketUrlpatterns } from "../02-routing/routing.ts"
import { URLRouter } from "../02-routing/url-router.ts"
import { expressApplication } from "../03-pages/express-application.ts"
import { openChannelLayer } from "../05-redis/open-channel-layer.ts"
import { accountsIn } from "./accounts.ts"
import { AuthMiddlewareStack } from "./auth-middleware-stack.ts"
import { ChatConsumer } from "./chat-consumer.ts"
import { openDatabase } from "./database/open-database.ts"
import { accountMigrations } from "./migrations.ts"
import { OriginValidator } from "./origin-validator.ts"
import { readSettings } from "./settings.ts"
import { userPages } from "./user-pages.ts"
import { UsersOnly } from "./users-only.ts"

const settings = readSettings(process.env)
const database = await openDatabase(settings.databasePath, [accountMigrations])
const layer = await openChannelLayer(settings.channelLayer)
// #region application
const accounts = accountsIn(database)
const chat = ChatConsumer.asApplication(layer)
const application = ProtocolTypeRouter({
  http: expressApplication(userPages(accounts)),
  websocket: UsersOnly(URLRouter(websocketUrlpatterns(chat))),
})
const guarded = OriginValidator(AuthMiddlewareStack(application, accounts))
// #endregion application
const closeAfter = [layer, database]
await serve(guarded, { ...settings, path: "/chat/", closeAfter })
