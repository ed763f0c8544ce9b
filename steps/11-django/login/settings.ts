import { failToStart } from "../../01-echo/server/fail-to-start.ts"
import { readOrigin } from "../../08-guard/settings.ts"

/** What lets people in who are logged in at a Django project. */
export interface DjangoSettings {
  /** Django's own SQLite file. */
  readonly databasePath: string
  /** `SECRET_KEY`, then `SECRET_KEY_FALLBACKS`. */
  readonly secretKeys: readonly string[]
  /** Where people reach it, like "http://localhost:8001". */
  readonly url: string
  /** `SESSION_COOKIE_NAME` */
  readonly cookieName: string
  /** `LOGIN_URL`, as a path. */
  readonly loginPath: string
  readonly logoutPath: string
}

/** @returns undefined without `DJANGO_DATABASE_PATH`: people log in here then.
 * Ends the process if another setting is missing or wrong */
export function readDjangoSettings(
  env: NodeJS.ProcessEnv,
): DjangoSettings | undefined {
  const databasePath = env.DJANGO_DATABASE_PATH
  if (!databasePath) return undefined
  const needed = (name: string): string => {
    const sentence = `DJANGO_DATABASE_PATH is set, so ${name} is needed as well.`
    return env[name] || failToStart(sentence)
  }
  const path = (name: string, usual: string): string => {
    const text = env[name] || usual
    if (/^\/(?![/\\])\S*$/.test(text)) return text
    return failToStart(`${name} is "${text}": write a path like ${usual}`)
  }
  const older = (env.DJANGO_SECRET_KEY_FALLBACKS ?? "").split(",")
  return {
    databasePath,
    secretKeys: [needed("DJANGO_SECRET_KEY"), ...older.filter((key) => key)],
    url: readOrigin(
      "DJANGO_URL",
      needed("DJANGO_URL"),
      "http://localhost:8001",
    ),
    cookieName: readCookieName(env.DJANGO_SESSION_COOKIE_NAME || "sessionid"),
    loginPath: path("DJANGO_LOGIN_URL", "/accounts/login/"),
    logoutPath: path("DJANGO_LOGOUT_URL", "/accounts/logout/"),
  }
}

function readCookieName(text: string): string {
  if (/^[\w!#$%&'*+.^`|~-]+$/.test(text)) return text
  return failToStart(
    `DJANGO_SESSION_COOKIE_NAME is "${text}": write a name like sessionid`,
  )
}
