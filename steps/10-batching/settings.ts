import type { RedisOptions } from "ioredis"
import type { ChannelLayerSettings } from "../05-redis/settings.ts"
import * as guard from "../08-guard/settings.ts"

export interface Settings extends guard.Settings {
  readonly channelLayer: ChannelLayerSettings & {
    readonly redis: RedisOptions
  }
}

/** Commands of one turn of the event loop go to Redis in one write. */
const redis: RedisOptions = { enableAutoPipelining: true }

/** Reads what step 8 reads. */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const settings = guard.readSettings(env)
  return { ...settings, channelLayer: { ...settings.channelLayer, redis } }
}
