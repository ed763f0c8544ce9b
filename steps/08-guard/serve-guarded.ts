import type { Router } from "express"
import type { Application, Scope } from "../01-echo/application.ts"
import type { OpenWriter } from "../01-echo/server/frame-writer.ts"
import { serve } from "../01-echo/server/serve.ts"
import { ProtocolTypeRouter } from "../02-routing/protocol-type-router.ts"
import { websocketUrlpatterns } from "../02-routing/routing.ts"
import { URLRouter } from "../02-routing/url-router.ts"
import { expressApplication } from "../03-pages/express-application.ts"
import type { ChannelLayer } from "../04-groups/channel-layer.ts"
import {
  type Accounts,
  accountsIn,
  type SessionCookie,
} from "../06-accounts/accounts.ts"
import { AuthMiddlewareStack } from "../06-accounts/auth-middleware-stack.ts"
import type { Database } from "../06-accounts/database/open-database.ts"
import { hashOfKey } from "../06-accounts/sessions.ts"
import { UsersOnly } from "../06-accounts/users-only.ts"
import { AllowedOriginValidator } from "./browsers/allowed-origins.ts"
import { securityHeaders } from "./browsers/security-headers.ts"
import { clientAddress } from "./connections/client-address.ts"
import { heartbeat } from "./connections/heartbeat.ts"
import { stopGently } from "./connections/stopping.ts"
import { timeLimits } from "./connections/time-limits.ts"
import { AddressLimits } from "./limits/address-limits.ts"
import { limitGuesses } from "./limits/guesses.ts"
import { watchOverload } from "./limits/overload.ts"
import { passwordLimits } from "./limits/password-limits.ts"
import { openSharedCounters } from "./limits/shared-counters.ts"
import { UserSockets } from "./limits/user-sockets.ts"
import { GuardedSessions } from "./sessions/guarded-sessions.ts"
import { OpenSessions, type StillOpen } from "./sessions/open-sessions.ts"
import type { PasswordPagesOptions } from "./sessions/password-pages.ts"
import { SessionBell } from "./sessions/session-bell.ts"
import { SessionEnd } from "./sessions/session-end.ts"
import type { Settings } from "./settings.ts"

export interface GuardedChat {
  readonly settings: Settings
  readonly database: Database
  readonly layer: ChannelLayer
  /** What the route of a room leads to. */
  readonly chat: Application
  /** @param limits of what the address may ask for: comes first */
  pages(limits: Router, options: PasswordPagesOptions): Router
  /** Closed before the layer and the database. */
  readonly closeFirst?: readonly { close(): Promise<void> }[]
  readonly openWriter?: OpenWriter
  /** Instead of our own accounts. */
  readonly logins?: Logins | undefined
}

/** Decides who a request is from, and whose session is still open. */
export interface Logins {
  readonly accounts: Accounts
  /** Asked every second, with the names of all sessions that have sockets. */
  readonly stillOpen: StillOpen
  /** What the session of a key is called in that question.
   * @param scope of the socket, with its user */
  nameOf(key: string, scope: Scope): string
  /** Where people log in, if not here. */
  readonly origin?: string
}

/** Puts a chat behind everything of this step, and serves it. */
export async function serveGuarded({
  settings,
  database,
  layer,
  chat,
  pages,
  closeFirst = [],
  logins: otherLogins,
  ...options
}: GuardedChat): Promise<void> {
  const { limits, origins } = settings
  const addressOf = clientAddress(settings.proxies)
  const counters = await openSharedCounters(settings.channelLayer.url)

  const bell = new SessionBell(layer)
  const ring = () => bell.ring()
  const logins = otherLogins ?? ownLogins(database, settings.cookie, ring)
  const { accounts, stillOpen, nameOf } = logins
  const openSessions = new OpenSessions(stillOpen)
  await bell.onRing(() => openSessions.lookSoon())

  const checkPassword = limitGuesses({
    perMinute: limits.guesses,
    addressOf,
    users: accounts.users,
    redis: counters,
    prefix: settings.channelLayer.prefix,
  })
  const passwords = passwordLimits(limits.signUpsOfAddress, addressOf)
  const allPages = pages(passwords, { accounts, checkPassword, database })
  const headers = securityHeaders(settings.isSecure, logins.origin)
  const rooms = URLRouter(websocketUrlpatterns(chat))
  const cookieName = accounts.cookie.name
  const sockets = UsersOnly(UserSockets(rooms, limits.socketsOfUser))
  // #region application
  const application = ProtocolTypeRouter({
    http: expressApplication(allPages, headers),
    websocket: SessionEnd(sockets, openSessions, cookieName, nameOf),
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
    ...options,
    path: "/chat/",
    headers,
    http: timeLimits,
    onOpen: heartbeat(),
    stop: stopGently(),
    closeAfter: [openSessions, ...closeFirst, layer, redis, database],
  })
  const { publicOrigin } = settings
  if (publicOrigin) console.log(`People reach it at ${publicOrigin}/chat/`)
  const isOff = process.env.LIMITS === "off"
  if (isOff) console.log("Nothing is limited: LIMITS=off.")
}

/** @param onDelete called when a session was deleted */
function ownLogins(
  database: Database,
  cookie: SessionCookie,
  onDelete: () => void,
): Logins {
  const sessions = new GuardedSessions(database, onDelete)
  return {
    accounts: { ...accountsIn(database, cookie), sessions },
    stillOpen: (hashes) => sessions.stillOpen(hashes),
    nameOf: hashOfKey,
  }
}
