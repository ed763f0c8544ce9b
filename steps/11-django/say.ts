import { failToStart } from "../01-echo/server/fail-to-start.ts"
import { groupNameFor } from "../04-groups/group-name.ts"
import { openLayer } from "./open-layer.ts"
import { readSettings } from "./settings.ts"
import { requireRedis } from "./workers/require-redis.ts"

const [room, ...words] = process.argv.slice(2)
const message = words.join(" ")
if (!room || !message) {
  failToStart('Write it like: npm run say lobby "back in five minutes"')
}
const { channelLayer } = readSettings(requireRedis(process.env))
const layer = await openLayer(channelLayer)
// #region say
await layer.groupSend(groupNameFor(room), { type: "chat.message", message })
// #endregion say
await layer.close()
console.log(`Sent to ${room}.`)
