import type {
  ChannelLayer,
  LayerEvent,
} from "../../steps/04-groups/channel-layer.ts"

/** How long an event is waited for. */
const timeoutMs = 5_000

/** The next event of a channel.
 * @param whose for the message: "the second member"
 * @throws Error if none comes in time */
export async function nextEvent(
  layer: ChannelLayer,
  channel: string,
  whose?: string,
): Promise<LayerEvent> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const seconds = timeoutMs / 1_000
      const wanted = whose
        ? `Expected an event for ${whose}`
        : "Expected an event"
      reject(new Error(`${wanted}, but none came within ${seconds} s.`))
    }, timeoutMs)
  })
  try {
    return await Promise.race([layer.receive(channel), late])
  } finally {
    clearTimeout(timer)
  }
}
