import type { ChannelLayer } from "../04-groups/channel-layer.ts"
import { openChannelLayer } from "../05-redis/open-channel-layer.ts"
import { PipelinedRedis as Client } from "../10-batching/pipelined-redis.ts"
import { RedisCoreChannelLayer } from "./layer/redis-core-channel-layer.ts"
import type { LayerSettings } from "./settings.ts"

/** Opens the layer that `CHANNEL_LAYER` names. All processes of a room need the
 * same one: the two do not understand each other. */
export function openLayer(settings: LayerSettings): Promise<ChannelLayer> {
  const isPubSub = settings.kind === "pubsub"
  if (isPubSub) return openChannelLayer({ ...settings, Client })
  const { hosts, prefix, queueCapacity: capacity, maxBytes } = settings
  const local = { capacity: settings.capacity }
  const buffer = maxBytes === undefined ? local : { ...local, maxBytes }
  const options = { hosts, prefix, capacity, buffer, Client }
  return openChannelLayer(settings, () =>
    RedisCoreChannelLayer.connect(options),
  )
}
