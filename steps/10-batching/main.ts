import { openChannelLayer } from "../05-redis/open-channel-layer.ts"
import { openDatabase } from "../06-accounts/database/open-database.ts"
import { accountMigrations } from "../06-accounts/migrations.ts"
import { historyMigrations } from "../07-history/migrations.ts"
import { MessageLimit } from "../08-guard/limits/message-limit.ts"
import { serveGuarded } from "../08-guard/serve-guarded.ts"
import { readSettings } from "../08-guard/settings.ts"
import { deliveryPages } from "../09-delivery/delivery-pages.ts"
import { deliveryMigrations } from "../09-delivery/migrations.ts"
import { Rooms } from "../09-delivery/rooms/rooms.ts"
import { ChatConsumer } from "./chat-consumer.ts"
import { BatchedMessages } from "./commits/batched-messages.ts"
import { corkedWriter as openWriter } from "./frames/corked-writer.ts"
import { openMessageWriter } from "./message-writer.ts"
import { PipelinedRedis as Client } from "./pipelined-redis.ts"

const settings = readSettings(process.env)
const database = await openDatabase(settings.databasePath, [
  accountMigrations,
  historyMigrations,
  deliveryMigrations,
])
const layer = await openChannelLayer({ ...settings.channelLayer, Client })
const messages = new BatchedMessages(database)
const rooms = new Rooms(layer, messages)
const limit = new MessageLimit(settings.limits.messagesOfUser)
const writer = openMessageWriter({ layer, messages, rooms })
const chat = ChatConsumer.asApplication(layer, rooms, writer, limit)
const pages = deliveryPages(messages)
const closeFirst = [rooms]
const guarded = { settings, database, layer, chat, pages, closeFirst }
await serveGuarded({ ...guarded, openWriter })
