import type { ChannelLayer } from "../../04-groups/channel-layer.ts"
import type { ChannelApplication } from "./channel-application.ts"

/** Calls the application for each of the channels, which have fixed names.
 * Mirrors `runworker`. While Redis is away, the layer waits for it.
 * @throws what the application throws */
export async function runWorker(
  layer: ChannelLayer,
  application: ChannelApplication,
  channels: readonly string[],
): Promise<void> {
  const running = channels.map((channel) => {
    const receive = () => layer.receive(channel)
    return application({ type: "channel", channel }, receive)
  })
  await Promise.all(running)
}
