import { failToStart } from "../01-echo/server/fail-to-start.ts"
import type { SessionCookie } from "../06-accounts/accounts.ts"
import * as accounts from "../06-accounts/settings.ts"
import type { AllowedOrigins } from "./browsers/allowed-origins.ts"
import { isPattern } from "./browsers/allowed-origins.ts"
import { type Limits, readLimits } from "./limits/limits.ts"

export interface Settings extends accounts.Settings {
  readonly limits: Limits
  /** How many proxies of our own stand between us and the clients. */
  readonly proxies: number
  /** Where people reach us, like "https://chat.example", if that is known. */
  readonly publicOrigin: string | undefined
  readonly isSecure: boolean
  readonly origins: AllowedOrigins
  readonly cookie: SessionCookie
}

/** What may wait in the channel of a slow reader. */
const maxBytes = 1024 * 1024

/** Also reads `PUBLIC_ORIGIN`, `ALLOWED_ORIGINS`, `REQUIRE_ORIGIN`,
 * `TRUST_PROXY` and the limits. Ends the process if one is invalid. */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const settings = accounts.readSettings(env)
  const publicOrigin = env.PUBLIC_ORIGIN
    ? readOrigin("PUBLIC_ORIGIN", env.PUBLIC_ORIGIN)
    : undefined
  const isSecure = publicOrigin?.startsWith("https:") ?? false
  const own = publicOrigin ? [publicOrigin] : []
  return {
    ...settings,
    channelLayer: { ...settings.channelLayer, maxBytes },
    limits: readLimits(env),
    proxies: readCount("TRUST_PROXY", env.TRUST_PROXY || "0"),
    publicOrigin,
    isSecure,
    origins: {
      patterns: [...own, ...readPatterns(env.ALLOWED_ORIGINS || "")],
      isRequired: readSwitch("REQUIRE_ORIGIN", env.REQUIRE_ORIGIN),
    },
    // A browser takes a cookie with this prefix only from this host, by HTTPS.
    cookie: isSecure
      ? { name: "__Host-sessionid", isSecure }
      : { name: "sessionid", isSecure },
  }
}

/** Ends the process if the setting of that name is no origin. */
export function readOrigin(
  name: string,
  text: string,
  example = "https://chat.example",
): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isOrigin = url && /^https?:$/.test(url.protocol) && url.pathname === "/"
  if (isOrigin && !url.search && !url.hash && !url.username) return url.origin
  return failToStart(`${name} is "${text}": write it like ${example}`)
}

function readPatterns(text: string): string[] {
  const patterns = text.split(/[\s,]+/).filter((it) => it !== "")
  const bad = patterns.find((it) => !isPattern(it))
  if (bad === undefined) return patterns
  return failToStart(
    `ALLOWED_ORIGINS has "${bad}": write a host like chat.example, a domain ` +
      "like .example, or an origin like https://chat.example:8443",
  )
}

function readCount(name: string, text: string): number {
  if (/^\d$/.test(text)) return Number(text)
  return failToStart(`${name} is "${text}": write how many proxies, 0 to 9.`)
}

function readSwitch(name: string, text: string | undefined): boolean {
  if (!text || text === "0") return false
  return text === "1" || failToStart(`${name} is "${text}": write 1 or 0.`)
}
