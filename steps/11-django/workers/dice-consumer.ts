import type { LayerEvent } from "../../04-groups/channel-layer.ts"
import { assertGroupName } from "../../04-groups/channel-names.ts"
import { diceFrom, rolled } from "./dice.ts"
import { WorkerConsumer } from "./worker-consumer.ts"

/** Rolls dice for a room, and answers into it. */
export class DiceConsumer extends WorkerConsumer {
  protected override readonly handlers = new Map([
    ["dice.roll", (event: LayerEvent) => this.roll(event)],
  ])

  private async roll({ dice, author, group }: LayerEvent): Promise<void> {
    // #region answer-into-room
    assertGroupName(String(group))
    const wanted = diceFrom(String(dice))
    const answer = wanted ? rolled(wanted) : "Write it like /roll 2d6"
    // It has no id: it is shown, and stored nowhere.
    const event = { type: "chat.message", author: "dice" } as const
    const message = `${author}: ${answer}`
    await this.layer.groupSend(String(group), { ...event, message })
    // #endregion answer-into-room
  }
}
