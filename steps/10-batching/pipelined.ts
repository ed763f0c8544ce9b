import type { ChannelLayerSettings } from "../05-redis/settings.ts"

/** Commands of one turn of the event loop go to Redis in one write, and each of
 * them stays a command of its own. */
export function pipelined(
  settings: ChannelLayerSettings,
): ChannelLayerSettings & { redis: { enableAutoPipelining: boolean } } {
  return { ...settings, redis: { enableAutoPipelining: true } }
}
