import { openChannelLayer } from "../05-redis/open-channel-layer.ts"
import { openDatabase } from "../06-accounts/database/open-database.ts"
import { accountMigrations } from "../06-accounts/migrations.ts"
import { Messages } from "../07-history/messages.ts"
import { historyMigrations } from "../07-history/migrations.ts"
import { ChatConsumer } from "./chat-consumer.ts"
import { guardPages } from "./guard-pages.ts"
import { MessageLimit } from "./limits/message-limit.ts"
import { serveGuarded } from "./serve-guarded.ts"
import { readSettings } from "./settings.ts"

const settings = readSettings(process.env)
const migrations = [accountMigrations, historyMigrations]
const database = await openDatabase(settings.databasePath, migrations)
const layer = await openChannelLayer(settings.channelLayer)
const limit = new MessageLimit(settings.limits.messagesOfUser)
const chat = ChatConsumer.asApplication(layer, new Messages(database), limit)
await serveGuarded({ settings, database, layer, chat, pages: guardPages })
