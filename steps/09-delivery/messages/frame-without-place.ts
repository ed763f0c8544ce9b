import { messageText } from "../../01-echo/consumer/message-text.ts"
import { SenderError } from "../../01-echo/consumer/sender-error.ts"
import { type ChatEvent, frames } from "../../04-groups/chat-event.ts"

const frameOf = frames("message", "author", "timestamp")

/** All members of a room get the same event: it is read once. */
const made = new WeakMap<ChatEvent, string | undefined>()

/** The frame of a message that another program has sent, which is stored nowhere.
 * Its text has the limits of a client's message.
 * @returns undefined if it is too long to be shown */
export function frameWithoutPlace(event: ChatEvent): string | undefined {
  if (!made.has(event)) made.set(event, read(event))
  return made.get(event)
}

function read(event: ChatEvent): string | undefined {
  try {
    return frameOf({ ...event, message: messageText(event.message) })
  } catch (error) {
    if (!(error instanceof SenderError)) throw error
    const { length } = event.message
    console.error(
      `Not shown: another program's message of ${length} characters`,
    )
    return undefined
  }
}
