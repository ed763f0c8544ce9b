import type { ChannelLayer } from "../04-groups/channel-layer.ts"
import { LayerUnavailable } from "../05-redis/layer-unavailable.ts"
import type { MessageEvent } from "../09-delivery/messages/message-event.ts"
import type { Placed } from "../09-delivery/messages/placed-messages.ts"
import type { Rooms } from "../09-delivery/rooms/rooms.ts"
import type { BatchedMessages, NewMessage } from "./commits/batched-messages.ts"
import { GroupCommit } from "./commits/group-commit.ts"

/** A message that is to be stored, and published to its room's group. */
export interface RoomMessage extends NewMessage {
  readonly author: string
  readonly group: string
}

/** Stores a message and publishes it. */
export type MessageWriter = Pick<GroupCommit<RoomMessage>, "store">

export interface MessageWriterOptions {
  readonly layer: ChannelLayer
  readonly messages: BatchedMessages
  readonly rooms: Rooms
}

/** Stores the messages of all clients of this process, and publishes them: all
 * that have waited together, in the order of their ids. */
export function openMessageWriter({
  layer,
  messages,
  rooms,
}: MessageWriterOptions): MessageWriter {
  /** The message is stored, so it is not lost if the layer does not take it:
   * members here read it at once, those of other processes when the layer is
   * back. Never throws. */
  async function publish(message: RoomMessage, placed: Placed) {
    const event = eventOf(message, placed)
    const { group, room } = message
    try {
      await layer.groupSend(group, event)
      return true
    } catch (error) {
      // Not thrown: the author's consumer may have ended already.
      if (!(error instanceof LayerUnavailable)) console.error(error)
      rooms.ringFor(room, placed.id)
      rooms.sendLater(group, placed.id, () => layer.groupSend(group, event))
      return false
    }
  }
  return new GroupCommit({ messages, publish })
}

function eventOf(
  { content: message, author, key }: RoomMessage,
  { id, timestamp, previous }: Placed,
): MessageEvent {
  const type = "chat.message"
  const event = { type, message, author, id, timestamp, previous } as const
  return key === undefined ? event : { ...event, key }
}
