import { openChannelLayer } from "../05-redis/open-channel-layer.ts"
import { openDatabase } from "../06-accounts/database/open-database.ts"
import { accountMigrations } from "../06-accounts/migrations.ts"
import { historyMigrations } from "../07-history/migrations.ts"
import { MessageLimit } from "../08-guard/limits/message-limit.ts"
import { serveGuarded } from "../08-guard/serve-guarded.ts"
import { readSettings } from "../08-guard/settings.ts"
import { ChatConsumer } from "./chat-consumer.ts"
import { deliveryPages } from "./delivery-pages.ts"
import { PlacedMessages } from "./messages/placed-messages.ts"
import { deliveryMigrations } from "./migrations.ts"
import { Rooms } from "./rooms/rooms.ts"

const settings = readSettings(process.env)
const database = await openDatabase(settings.databasePath, [
  accountMigrations,
  historyMigrations,
  deliveryMigrations,
])
const layer = await openChannelLayer(settings.channelLayer)
const messages = new PlacedMessages(database)
const rooms = new Rooms(layer, messages)
const limit = new MessageLimit(settings.limits.messagesOfUser)
const chat = ChatConsumer.asApplication(layer, rooms, messages, limit)
const pages = deliveryPages(messages)
const closeFirst = [rooms]
await serveGuarded({ settings, database, layer, chat, pages, closeFirst })
