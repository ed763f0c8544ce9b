import {
  ChannelFull,
  type ChannelLayer,
} from "../../04-groups/channel-layer.ts"
import { LayerUnavailable } from "../../05-redis/layer-unavailable.ts"
import type {
  MessageWriter,
  RoomMessage,
} from "../../10-batching/message-writer.ts"

const command = /^\/roll\s+(\S{1,20})\s*$/

/** A writer that hands a message like "/roll 2d6" to a worker, once it is stored.
 * Nothing here waits for the worker. */
export function handOver(
  writer: MessageWriter,
  layer: ChannelLayer,
): MessageWriter {
  async function roll({ author, group }: RoomMessage, dice: string) {
    // #region hand-over
    const event = { type: "dice.roll", dice, author, group }
    try {
      await layer.send("dice", event)
    } catch (error) {
      if (!isExpected(error)) throw error
      const message = "The dice are busy. Try again in a moment."
      const answer = { type: "chat.message", author: "dice", message }
      await layer.groupSend(group, answer)
    }
    // #endregion hand-over
  }
  return {
    async store(message) {
      const committed = await writer.store(message)
      const [, dice] = command.exec(message.content) ?? []
      if (dice) roll(message, dice).catch(console.error)
      return committed
    },
  }
}

function isExpected(error: unknown): boolean {
  return error instanceof ChannelFull || error instanceof LayerUnavailable
}
