import { readSettings } from "./settings.ts"
import { ChannelNameRouter } from "./workers/channel-name-router.ts"
import { DiceConsumer } from "./workers/dice-consumer.ts"
import { openSharedLayer } from "./workers/open-shared-layer.ts"
import { runWorker } from "./workers/run-worker.ts"

const { channelLayer } = readSettings(process.env)
const layer = await openSharedLayer(channelLayer)
const application = ChannelNameRouter({
  dice: DiceConsumer.asApplication(layer),
})
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void stop())
}
console.log(`Working for the channel "dice", with ${channelLayer.kind}.`)
await runWorker(layer, application, ["dice"])

async function stop(): Promise<void> {
  await layer.close()
  process.exit(0)
}
