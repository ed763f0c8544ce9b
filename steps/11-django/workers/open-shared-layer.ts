import { failToStart } from "../../01-echo/server/fail-to-start.ts"
import type { ChannelLayer } from "../../04-groups/channel-layer.ts"
import { InMemoryChannelLayer } from "../../04-groups/in-memory-channel-layer.ts"
import { openLayer } from "../open-layer.ts"
import type { LayerSettings } from "../settings.ts"

/** Opens the layer for a program beside the servers. Ends the process if there is
 * no Redis: only a layer that has one reaches other processes. */
export async function openSharedLayer(
  settings: LayerSettings,
): Promise<ChannelLayer> {
  const layer = await openLayer(settings)
  if (!(layer instanceof InMemoryChannelLayer)) return layer
  return failToStart(
    "The in-memory layer stays within one process, so this program and the " +
      "servers cannot reach each other. Start a Redis, then the servers and " +
      "this program again. npm run doctor prints how to get one.",
  )
}
