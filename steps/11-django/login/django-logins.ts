import { RequestError } from "../../01-echo/request-error.ts"
import { userOf } from "../../06-accounts/auth-middleware.ts"
import type { Database } from "../../06-accounts/database/open-database.ts"
import type { User } from "../../06-accounts/users.ts"
import type { Logins } from "../../08-guard/serve-guarded.ts"
import { DjangoDatabase, type DjangoUser } from "./django-database.ts"
import { logOutAtDjango } from "./django-logout.ts"
import { DjangoUsers } from "./django-users.ts"
import type { DjangoSettings } from "./settings.ts"

// #region django-logins
/** Lets in the people who are logged in at Django. Cookies ignore ports, so the
 * browser sends Django's cookie to this server as well. Ends the process if
 * Django's tables are not there. */
export async function djangoLogins(
  settings: DjangoSettings,
  database: Database,
): Promise<Logins & { close(): Promise<void> }> {
  const django = await DjangoDatabase.open(settings)
  const users = new DjangoUsers(database)
  const sessions = {
    async find(key: string): Promise<number | undefined> {
      const reading = django.usersOf([key]).catch(notNow)
      const found: Map<string, DjangoUser> = await reading
      const user = found.get(key)
      return user && (await users.ours(user)).id
    },
    /** Never called: sessions begin at Django's login. */
    create: () => Promise.reject(new Error("Django makes the sessions")),
    async delete(key: string): Promise<void> {
      const isOpen = async () => (await sessions.find(key)) !== undefined
      if (!(await isOpen())) return
      const status = await logOutAtDjango(key, settings).catch(String)
      if (!(await isOpen())) return
      console.error(`A session is still open at Django: ${status}`)
      const sentence = "You may still be logged in at Django. Log out there."
      throw new RequestError(503, sentence)
    },
  }
  const isSecure = settings.url.startsWith("https:")
  return {
    accounts: {
      users,
      sessions,
      cookie: { name: settings.cookieName, isSecure },
    },
    stillOpen: async (names) => {
      const keys = names.map((name) => name.replace(/ .*/s, ""))
      const found = await django.usersOf(keys)
      return new Set([...found].map(([key, user]) => nameOf(key, user)))
    },
    nameOf: (key, scope) => nameOf(key, userOf(scope)),
    origin: settings.url,
    close: () => django.close(),
  }
}
// #endregion django-logins

/** A socket keeps the username it came with. A new one has to end it: another
 * user may have the old one now. */
function nameOf(key: string, user: Pick<User, "username"> | undefined): string {
  return `${key} ${user?.username}`
}

function notNow(error: unknown): never {
  if (error instanceof RequestError) throw error // too many are waiting
  console.error("Django's database cannot be read:", error)
  const sentence = "Logins cannot be checked now. Try again in a moment."
  throw new RequestError(503, sentence, { "Retry-After": "2" })
}
