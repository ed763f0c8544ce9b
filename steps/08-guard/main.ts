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
import { UsersOnly } from "../06-accounts/users-only.ts"
import { Messages } from "../07-history/messages.ts"
import { historyMigrations } from "../07-history/migrations.ts"
import { AllowedOriginValidator } from "./browsers/allowed-origins.ts"
import { securityHeaders } from "./browsers/security-headers.ts"
import { ChatConsumer } from "./chat-consumer.ts"
import { clientAddress } from "./connections/client-address.ts"
import { heartbeat } from "./connections/heartbeat.ts"
import { stopGently } from "./connections/stopping.ts"
import { timeLimits } from "./connections/time-limits.ts"
import { guardPages } from "./guard-pages.ts"
import { AddressLimits } from "./limits/address-limits.ts"
import { limitGuesses } from "./limits/guesses.ts"
import { MessageLimit } from "./limits/message-limit.ts"
import { watchOverload } from "./limits/overload.ts"
import { passwordLimits } from "./limits/password-limits.ts"
import { openSharedCounters } from "./limits/shared-counters.ts"
import { UserSockets } from "./limits/user-sockets.ts"
import { GuardedSessions } from "./sessions/guarded-sessions.ts"
import { OpenSessions } from "./sessions/open-sessions.ts"
import { SessionBell } from "./sessions/session-bell.ts"
import { SessionEnd } from "./sessions/session-end.ts"
import { readSettings } from "./settings.ts"

const settings = readSettings(process.env)
const { limits, origins, cookie } = settings
const addressOf = clientAddress(settings.proxies)
const migrations = [accountMigrations, historyMigrations]
const database = await openDatabase(settings.databasePath, migrations)
const layer = await openChannelLayer(settings.channelLayer)
const counters = await openSharedCounters(settings.channelLayer.url)

const bell = new SessionBell(layer)
const sessions = new GuardedSessions(database, () => bell.ring())
const openSessions = new OpenSessions((keys) => sessions.stillOpen(keys))
await bell.onRing(() => openSessions.lookSoon())
const accounts = { ...accountsIn(database, cookie), sessions }

const checkPassword = limitGuesses({
  perMinute: limits.guesses,
  addressOf,
  users: accounts.users,
  redis: counters,
  prefix: settings.channelLayer.prefix,
})
const passwords = passwordLimits(limits.signUpsOfAddress, addressOf)
const pages = guardPages(passwords, { accounts, checkPassword, database })
const headers = securityHeaders(settings.isSecure)
const limit = new MessageLimit(limits.messagesOfUser)
const chat = ChatConsumer.asApplication(layer, new Messages(database), limit)
const rooms = URLRouter(websocketUrlpatterns(chat))
const sockets = UsersOnly(UserSockets(rooms, limits.socketsOfUser))
// #region application
const application = ProtocolTypeRouter({
  http: expressApplication(pages, headers),
  websocket: SessionEnd(sockets, openSessions, cookie.name),
})
const known = AuthMiddlewareStack(application, accounts)
const guarded = AddressLimits(AllowedOriginValidator(known, origins), {
  limits,
  addressOf,
  isOverloaded: watchOverload(),
})
// #endregion application
const redis = { close: async () => counters?.disconnect() }
await serve(guarded, {
  ...settings,
  path: "/chat/",
  headers,
  http: timeLimits,
  onOpen: heartbeat(),
  stop: stopGently(),
  closeAfter: [openSessions, layer, redis, database],
})
const { publicOrigin } = settings
if (publicOrigin) console.log(`People reach it at ${publicOrigin}/chat/`)
if (process.env.LIMITS === "off") console.log("Nothing is limited: LIMITS=off.")
