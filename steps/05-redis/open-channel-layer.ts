import { failToStart } from "../01-echo/server/fail-to-start.ts"
import type { ChannelLayer } from "../04-groups/channel-layer.ts"
import { InMemoryChannelLayer } from "../04-groups/in-memory-channel-layer.ts"
import { LayerUnavailable } from "./layer-unavailable.ts"
import {
  RedisPubSubChannelLayer,
  type RedisPubSubOptions,
} from "./redis-pubsub-channel-layer.ts"
import type { ChannelLayerSettings } from "./settings.ts"

/** Ends the process if there is no Redis and the settings require one. Mirrors
 * `get_channel_layer`.
 * @param connect opens the layer, if it is another one */
export async function openChannelLayer(
  settings: ChannelLayerSettings & Pick<RedisPubSubOptions, "Client">,
  connect: () => Promise<ChannelLayer> = () => {
    return RedisPubSubChannelLayer.connect(settings)
  },
): Promise<ChannelLayer> {
  try {
    return await connect()
  } catch (error) {
    if (!(error instanceof LayerUnavailable)) throw error
    const { host } = new URL(settings.url)
    const { cause } = error
    const reason = cause instanceof Error ? cause.message : "no answer"
    if (!settings.mayFallBack) return failToStart(remedyFor(host, reason))
    const where = `No Redis at ${host} (${reason})`
    console.log(`${where}: rooms stay within this process.`)
    return new InMemoryChannelLayer(settings)
  }
}

function remedyFor(host: string, reason: string): string {
  if (/NOAUTH|WRONGPASS|invalid password/i.test(reason)) {
    return (
      `The Redis at ${host} does not accept the password in REDIS_URL ` +
      `(${reason}). Write it like redis://:password@${host}`
    )
  }
  return (
    `There is no Redis at ${host} (${reason}): start one there, or set ` +
    "REDIS_URL to the address of one that runs."
  )
}
