import { openLayer } from "./open-layer.ts"
import { readSettings } from "./settings.ts"
import { ChannelNameRouter } from "./workers/channel-name-router.ts"
import { DiceConsumer } from "./workers/dice-consumer.ts"
import { requireRedis } from "./workers/require-redis.ts"
import { runWorker } from "./workers/run-worker.ts"

const { channelLayer } = readSettings(requireRedis(process.env))
const layer = await openLayer(channelLayer)
const application = ChannelNameRouter({
  dice: DiceConsumer.asApplication(layer),
})
process.once("SIGINT", () => void stop())
process.once("SIGTERM", () => void stop())
console.log(
  `Working for "dice", through ${channelLayer.kind}. Ctrl-C stops it.`,
)
await runWorker(layer, application, ["dice"])

async function stop(): Promise<void> {
  await layer.close()
  process.exit(0)
}
