import { serve } from "../01-echo/server/serve.ts"
import { ProtocolTypeRouter } from "../02-routing/protocol-type-router.ts"
import { websocketUrlpatterns } from "../02-routing/routing.ts"
import { URLRouter } from "../02-routing/url-router.ts"
import { expressApplication } from "../03-pages/express-application.ts"
import { openChannelLayer } from "../05-redis/open-channel-layer.ts"
import { accountsIn } from "../06-accounts/accounts.ts"
import { AuthMiddlewareStack } from "../06-accounts/auth-middleware-stack.ts"
import { openDatabase } from "../06-accounts/database/open-database.ts"
import { accountMigrations } from "../06-accounts/migrations.ts"
import { OriginValidator } from "../06-accounts/origin-validator.ts"
import { readSettings } from "../06-accounts/settings.ts"
import { UsersOnly } from "../06-accounts/users-only.ts"
import { ChatConsumer } from "./chat-consumer.ts"
import { historyPages } from "./history-pages.ts"
import { Messages } from "./messages.ts"
import { historyMigrations } from "./migrations.ts"

const settings = readSettings(process.env)
const migrations = [accountMigrations, historyMigrations]
const database = await openDatabase(settings.databasePath, migrations)
const layer = await openChannelLayer(settings.channelLayer)
const accounts = accountsIn(database)
const chat = ChatConsumer.asApplication(layer, new Messages(database))
const application = ProtocolTypeRouter({
  http: expressApplication(historyPages(accounts)),
  websocket: UsersOnly(URLRouter(websocketUrlpatterns(chat))),
})
const guarded = OriginValidator(AuthMiddlewareStack(application, accounts))
const closeAfter = [layer, database]
await serve(guarded, { ...settings, path: "/chat/", closeAfter })
