import { openDatabase } from "../06-accounts/database/open-database.ts"
import { accountMigrations } from "../06-accounts/migrations.ts"
import { historyMigrations } from "../07-history/migrations.ts"
import { MessageLimit } from "../08-guard/limits/message-limit.ts"
import { serveGuarded } from "../08-guard/serve-guarded.ts"
import { deliveryPages } from "../09-delivery/delivery-pages.ts"
import { deliveryMigrations } from "../09-delivery/migrations.ts"
import { Rooms } from "../09-delivery/rooms/rooms.ts"
import { ChatConsumer } from "../10-batching/chat-consumer.ts"
import { corkedWriter as openWriter } from "../10-batching/frames/corked-writer.ts"
import { openMessageWriter } from "../10-batching/message-writer.ts"
import { djangoLogins } from "./login/django-logins.ts"
import { djangoPages } from "./login/django-pages.ts"
import { NamedMessages } from "./login/named-messages.ts"
import { djangoMigrations } from "./migrations.ts"
import { openLayer } from "./open-layer.ts"
import { readSettings } from "./settings.ts"
import { handOver } from "./workers/hand-over.ts"

const settings = readSettings(process.env)
const { django, publicOrigin } = settings
const database = await openDatabase(settings.databasePath, [
  accountMigrations,
  historyMigrations,
  deliveryMigrations,
  djangoMigrations,
])
const layer = await openLayer(settings.channelLayer)
const messages = new NamedMessages(database, django !== undefined)
const rooms = new Rooms(layer, messages)
const limit = new MessageLimit(settings.limits.messagesOfUser)
const writer = handOver(openMessageWriter({ layer, messages, rooms }), layer)
const chat = ChatConsumer.asApplication(layer, rooms, writer, limit)
const logins = django && (await djangoLogins(django, database))
const pages = django
  ? djangoPages(messages, django, publicOrigin)
  : deliveryPages(messages)
const closeFirst = logins ? [rooms, logins] : [rooms]
const guarded = { settings, database, layer, chat, pages, closeFirst }
await serveGuarded({ ...guarded, openWriter, logins })
