import { messageText } from "../../01-echo/consumer/message-text.ts"
import { normalRoomName } from "../../02-routing/room-name.ts"
import type { LayerEvent } from "../../04-groups/channel-layer.ts"
import { groupNameFor } from "../../04-groups/group-name.ts"
import { diceAuthor, diceFrom, rolled } from "./dice.ts"
import { WorkerConsumer } from "./worker-consumer.ts"

/** Rolls dice for a room, and answers into it. */
export class DiceConsumer extends WorkerConsumer {
  protected override readonly handlers = new Map([
    ["dice.roll", (event: LayerEvent) => this.roll(event)],
  ])

  /** Another program may have sent anything.
   * @throws Error for what is not a roll, and is not answered */
  private async roll(event: LayerEvent): Promise<void> {
    // #region answer-into-room
    const [room, author, dice] = stringsOf(event, "room", "author", "dice")
    const roomName = normalRoomName(room)
    if (roomName === undefined) throw new Error("No room can have that name")
    const wanted = diceFrom(dice)
    const answer = wanted ? rolled(wanted) : "Write it like /roll 2d6"
    // It has no id: it is shown, and stored nowhere.
    await this.layer.groupSend(groupNameFor(roomName), {
      type: "chat.message",
      author: diceAuthor,
      message: messageText(`${author}: ${answer}`),
    })
    // #endregion answer-into-room
  }
}

/** @throws TypeError if one of the fields is not a string */
function stringsOf<Names extends readonly string[]>(
  event: LayerEvent,
  ...names: Names
): { [Index in keyof Names]: string } {
  return names.map((name) => {
    const value = event[name]
    if (typeof value === "string") return value
    throw new TypeError(`"${name}" must be a string`)
  }) as { [Index in keyof Names]: string }
}
