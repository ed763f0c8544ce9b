import type {
  ChannelLayer,
  LayerEvent,
} from "../../steps/04-groups/channel-layer.ts"
import { patienceMs } from "../../workbook/patience.ts"
import { Unmet } from "../../workbook/unmet.ts"

/** The next event of a channel.
 * @param whose for the failure: "the second member"
 * @throws Unmet if none comes in time */
export async function nextEvent(
  layer: ChannelLayer,
  channel: string,
  whose = "the channel",
): Promise<LayerEvent> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    const received = `nothing within ${patienceMs / 1_000} s`
    timer = setTimeout(() => {
      reject(new Unmet(`an event for ${whose}`, received))
    }, patienceMs)
  })
  try {
    return await Promise.race([layer.receive(channel), late])
  } finally {
    clearTimeout(timer)
  }
}
