import { failToStart } from "../01-echo/fail-to-start.ts"
import type { ChannelLayer } from "../04-groups/channel-layer.ts"
import { InMemoryChannelLayer } from "../04-groups/in-memory-channel-layer.ts"
import { LayerUnavailable } from "./layer-unavailable.ts"
import { RedisPubSubChannelLayer } from "./redis-pubsub-channel-layer.ts"
import type { ChannelLayerSettings } from "./settings.ts"

/** The layer that the settings ask for; ends the process if there is no Redis
 * and they do not allow to do without. Mirrors `get_channel_layer`. */
export async function openChannelLayer(
  settings: ChannelLayerSettings,
): Promise<ChannelLayer> {
  try {
    return await RedisPubSubChannelLayer.connect(settings)
  } catch (error) {
    if (!(error instanceof LayerUnavailable)) throw error
    const { host } = new URL(settings.url)
    if (!settings.mayFallBack) {
      return failToStart(
        `There is no Redis at ${host} (${reason(error)}): start one there, ` +
          "or set REDIS_URL to where one is.",
      )
    }
    console.log(`No Redis at ${host}: rooms stay within this process.`)
    return new InMemoryChannelLayer(settings)
  }
}

function reason({ cause }: LayerUnavailable): string {
  return cause instanceof Error ? cause.message : "no answer"
}
