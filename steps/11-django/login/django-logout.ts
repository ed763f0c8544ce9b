import { randomBytes } from "node:crypto"
import { RequestError } from "../../01-echo/request-error.ts"
import type { DjangoSettings } from "./settings.ts"

const longestMs = 5_000

/** Ends a session by Django's own logout page, as its form would. Django 5 takes
 * only POST there, with a CSRF token. That proves that one site has set a cookie
 * and sent the form; a server can do both. Works since Django 3.2.
 * @throws RequestError 503 if the session may still be open */
export async function logOutAtDjango(
  key: string,
  { url, logoutPath, cookieName }: DjangoSettings,
): Promise<void> {
  const token = randomBytes(32).toString("hex")
  try {
    const { status } = await fetch(new URL(logoutPath, url), {
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
    if (status >= 400) throw new Error(`Its answer was ${status}`)
  } catch (error) {
    console.error("Not logged out at Django:", error)
    const sentence = "Django did not answer. You may still be logged in there."
    throw new RequestError(503, sentence)
  }
}
