import { messageText } from "../01-echo/consumer/message-text.ts"
import { SenderError } from "../01-echo/consumer/sender-error.ts"
import { failToStart } from "../01-echo/server/fail-to-start.ts"
import { normalRoomName } from "../02-routing/room-name.ts"
import type { ChannelLayer } from "../04-groups/channel-layer.ts"
import { groupNameFor } from "../04-groups/group-name.ts"
import { LayerUnavailable } from "../05-redis/layer-unavailable.ts"
import { readSettings } from "./settings.ts"
import { openSharedLayer } from "./workers/open-shared-layer.ts"

// #region say
/** Any program with the layer can send into a room: a task that runs at night, or
 * a page outside the chat. The message has no id, because nothing is stored.
 * @throws SenderError if the message is too long
 * @throws LayerUnavailable */
async function say(
  layer: ChannelLayer,
  room: string,
  text: string,
): Promise<void> {
  const event = { type: "chat.message", message: messageText(text) }
  await layer.groupSend(groupNameFor(room), event)
}
// #endregion say

const [roomWord, ...words] = process.argv.slice(2)
const text = words.join(" ")
if (!roomWord || text.trim() === "") {
  failToStart('Write it like: npm run say lobby "back in five minutes"')
}
const room = normalRoomName(roomWord)
if (room === undefined) failToStart(`No room can have the name "${roomWord}".`)
const { channelLayer } = readSettings(process.env)
const layer = await openSharedLayer(channelLayer)
try {
  await say(layer, room, text)
} catch (error) {
  const isKnown =
    error instanceof SenderError || error instanceof LayerUnavailable
  if (!isKnown) throw error
  failToStart(`Not sent. ${error.message}`)
}
await layer.close()
console.log(`Sent to the room ${room}, with ${channelLayer.kind}.`)
