import { failToStart } from "../01-echo/server/fail-to-start.ts"
import * as server from "../01-echo/server/settings.ts"

/** Mirrors `CHANNEL_LAYERS["default"]["CONFIG"]`. */
export interface ChannelLayerSettings {
  readonly url: string
  /** Begins every name on Redis, because other chats may use the same Redis. */
  readonly prefix: string
  readonly capacity: number
  /** About how many bytes may wait in a channel. */
  readonly maxBytes?: number
  /** Whether rooms may stay within this process if there is no Redis. */
  readonly mayFallBack: boolean
}

export interface Settings extends server.Settings {
  readonly channelLayer: ChannelLayerSettings
}

export const defaultUrl = "redis://127.0.0.1:6379"

/** Also reads `REDIS_URL` and `CHANNEL_PREFIX`. Ends the process if `REDIS_URL`
 * is not the address of a Redis. */
// #region settings
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  return {
    ...server.readSettings(env),
    channelLayer: {
      url: readUrl("REDIS_URL", env.REDIS_URL || defaultUrl),
      prefix: env.CHANNEL_PREFIX || "asgi",
      capacity: 10_000,
      mayFallBack: false,
    },
  }
}
// #endregion settings

/** Ends the process if the setting of that name is not the address of a Redis. */
export function readUrl(name: string, text: string): string {
  const isAddress = /^rediss?:\/\/[^/?]+(\/\d*)?(\?.*)?$/.test(text)
  if (isAddress && URL.canParse(text)) return text
  return failToStart(
    `${name} is not the address of a Redis: write it like ` +
      "redis://127.0.0.1:6379",
  )
}
