import type { Database } from "../../06-accounts/database/open-database.ts"
import type { Logins } from "../../08-guard/serve-guarded.ts"
import { DjangoDatabase } from "./django-database.ts"
import { DjangoUsers } from "./django-users.ts"
import type { DjangoSettings } from "./settings.ts"

/** Lets in who is logged in at Django: cookies ignore ports, so the browser sends
 * Django's cookie here as well. Ends the process if Django's database is not
 * there. */
export async function djangoLogins(
  settings: DjangoSettings,
  database: Database,
): Promise<Logins & { close(): Promise<void> }> {
  const django = await DjangoDatabase.open(settings)
  const users = new DjangoUsers(database)
  const notHere = () => Promise.reject(new Error("Sessions are Django's"))
  const sessions = {
    async find(key: string): Promise<number | undefined> {
      const user = (await django.usersOf([key])).get(key)
      return user && (await users.ours(user)).id
    },
    create: notHere,
    delete: notHere,
  }
  const isSecure = settings.url.startsWith("https:")
  return {
    accounts: {
      users,
      sessions,
      cookie: { name: settings.cookieName, isSecure },
    },
    stillOpen: async (keys) => new Set((await django.usersOf(keys)).keys()),
    nameOf: (key) => key,
    close: () => django.close(),
  }
}
