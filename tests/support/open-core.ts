import { onTestFinished } from "vitest"
import type {
  RedisCoreChannelLayer,
  RedisCoreOptions,
} from "../../steps/11-django/layer/redis-core-channel-layer.ts"
import { load } from "./load.ts"

/** Our layer with the wire format of `channels_redis.core`, for one test. */
export async function openCore(
  options: RedisCoreOptions,
): Promise<RedisCoreChannelLayer> {
  const { RedisCoreChannelLayer } = await load<
    typeof import("../../steps/11-django/layer/redis-core-channel-layer.ts")
  >("11-django/layer/redis-core-channel-layer.ts")
  const layer = await RedisCoreChannelLayer.connect(options)
  onTestFinished(() => layer.close())
  return layer
}
