import { randomBytes } from "node:crypto"
import type { DjangoSettings } from "./settings.ts"

const longestMs = 5_000

/** Asks Django's logout page to end a session, as the form of that page would.
 * Since Django 5, it takes only POST, with a CSRF token. Such a token proves that
 * the same site has set a cookie and sent the form: a server can do both, with a
 * token of its own. Works since Django 3.2.
 * @returns the status of Django's answer
 * @throws Error if there is none */
export async function logOutAtDjango(
  key: string,
  { url, logoutPath, cookieName }: DjangoSettings,
): Promise<number> {
  const token = randomBytes(32).toString("hex")
  const answer = await fetch(new URL(logoutPath, url), {
    method: "POST",
    headers: {
      cookie: `${cookieName}=${key}; csrftoken=${token}`,
      "x-csrftoken": token,
      origin: url,
      referer: `${url}/`,
    },
    redirect: "manual",
    signal: AbortSignal.timeout(longestMs),
  })
  await answer.body?.cancel() // or its connection stays open
  return answer.status
}
