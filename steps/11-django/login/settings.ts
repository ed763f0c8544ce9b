import { failToStart } from "../../01-echo/server/fail-to-start.ts"

/** What lets people of a Django project in, who are logged in there. */
export interface DjangoSettings {
  /** Django's own SQLite file. */
  readonly databasePath: string
  /** `SECRET_KEY`, then `SECRET_KEY_FALLBACKS`. */
  readonly secretKeys: readonly string[]
  /** Where people reach it, like "http://localhost:8001". */
  readonly url: string
  /** `SESSION_COOKIE_NAME` */
  readonly cookieName: string
  /** `LOGIN_URL` */
  readonly loginPath: string
}

const needed = ["DJANGO_SECRET_KEY", "DJANGO_URL"] as const

/** @returns undefined without `DJANGO_DATABASE_PATH`: people log in here then.
 * Ends the process if something is missing beside it */
export function readDjangoSettings(
  env: NodeJS.ProcessEnv,
): DjangoSettings | undefined {
  const databasePath = env.DJANGO_DATABASE_PATH
  if (!databasePath) return undefined
  const [secretKey, url] = needed.map((name) => {
    const sentence = `DJANGO_DATABASE_PATH is set, so ${name} is needed as well.`
    return env[name] || failToStart(sentence)
  }) as [string, string]
  const older = (env.DJANGO_SECRET_KEY_FALLBACKS ?? "").split(",")
  return {
    databasePath,
    secretKeys: [secretKey, ...older.filter((key) => key !== "")],
    url: originOf(url),
    cookieName: env.DJANGO_SESSION_COOKIE_NAME || "sessionid",
    loginPath: env.DJANGO_LOGIN_URL || "/accounts/login/",
  }
}

function originOf(text: string): string {
  const isOrigin =
    URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
  if (isOrigin) return new URL(text).origin
  return failToStart(
    `DJANGO_URL is "${text}": write it like http://localhost:8001`,
  )
}
