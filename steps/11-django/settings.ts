import { failToStart } from "../01-echo/server/fail-to-start.ts"
import { type ChannelLayerSettings, readUrl } from "../05-redis/settings.ts"
import * as guard from "../08-guard/settings.ts"
import { type DjangoSettings, readDjangoSettings } from "./login/settings.ts"

export interface LayerSettings extends ChannelLayerSettings {
  /** As the last part of Channels' `BACKEND`: `channels_redis.core`. */
  readonly kind: "pubsub" | "core"
  /** For "core": groups are divided among them. */
  readonly hosts: readonly string[]
  /** For "core": how many messages may wait in Redis for a process. */
  readonly queueCapacity: number
}

export interface Settings extends guard.Settings {
  readonly channelLayer: LayerSettings
  /** Undefined: people log in here. */
  readonly django: DjangoSettings | undefined
}

/** Also reads `CHANNEL_LAYER`, `CHANNEL_CAPACITY`, `REDIS_HOSTS` and the
 * settings of Django's login. Ends the process if one is invalid. */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const settings = guard.readSettings(env)
  const hosts = (env.REDIS_HOSTS ?? "").split(/[\s,]+/).filter((it) => it)
  const urls = hosts.map((url) => readUrl("REDIS_HOSTS", url))
  const { channelLayer } = settings
  const kind = readKind(env.CHANNEL_LAYER || "pubsub")
  const [first] = kind === "core" ? urls : []
  return {
    ...settings,
    channelLayer: {
      ...channelLayer,
      // What servers count together is on the first one.
      url: first ?? channelLayer.url,
      kind,
      hosts: urls.length > 0 ? urls : [channelLayer.url],
      queueCapacity: readCapacity(env.CHANNEL_CAPACITY || "100"),
      mayFallBack: channelLayer.mayFallBack && urls.length === 0,
    },
    django: readDjangoSettings(env),
  }
}

function readKind(text: string): "pubsub" | "core" {
  if (text === "pubsub" || text === "core") return text
  return failToStart(`CHANNEL_LAYER is "${text}": write pubsub or core.`)
}

function readCapacity(text: string): number {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text)
  return failToStart(
    `CHANNEL_CAPACITY is "${text}": write how many messages may wait, like 100.`,
  )
}
