import {
  ChannelFull,
  type ChannelLayer,
  type LayerEvent,
} from "../../04-groups/channel-layer.ts"
import { LayerUnavailable } from "../../05-redis/layer-unavailable.ts"
import type { Committed } from "../../10-batching/commits/group-commit.ts"
import type {
  MessageWriter,
  RoomMessage,
} from "../../10-batching/message-writer.ts"
import { diceAuthor } from "./dice.ts"

/** The room gets this if the worker's queue is full. */
const busy = {
  type: "chat.message",
  author: diceAuthor,
  message: "Too many rolls are waiting. Try again in a moment.",
}

/** A writer that also hands a message like "/roll 2d6" to a worker, once: the
 * room does not see two answers to one roll. Nothing here waits for the
 * worker. */
export function handOver(
  writer: MessageWriter,
  layer: ChannelLayer,
): MessageWriter {
  return {
    async store(message): Promise<Committed> {
      // #region hand-over
      const committed = await writer.store(message)
      const roll = committed.isRepeat ? undefined : rollIn(message)
      if (roll) {
        layer
          .send("dice", roll)
          .catch((error) => {
            if (!(error instanceof ChannelFull)) throw error
            return layer.groupSend(message.group, busy)
          })
          .catch(report)
      }
      return committed
      // #endregion hand-over
    },
  }
}

/** The event for the worker, if the message is a roll and nothing else. It names
 * the room, not a group: only rooms can be answered. */
function rollIn({
  content,
  author,
  room,
}: RoomMessage): LayerEvent | undefined {
  const [command, dice = ""] =
    /^\/roll(?:\s+(\S{1,20}))?\s*$/.exec(content) ?? []
  if (command === undefined) return undefined
  return { type: "dice.roll", dice, author, room }
}

function report(error: unknown): void {
  // The layer itself prints that Redis is gone.
  if (!(error instanceof LayerUnavailable)) {
    console.error("Not handed over:", error)
  }
}
