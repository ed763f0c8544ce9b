import { messageText } from "./message-text.ts"
import { SenderError } from "./sender-error.ts"

/** A client's frame. Only `message` has been checked. */
export interface ClientMessage {
  readonly message: string
  readonly [field: string]: unknown
}

const expected = 'Send text that is JSON, like {"message": "hi"}.'

/** Reads a client's frame.
 * @throws SenderError whose message says what is wrong and what is expected */
export function parseClientMessage(data: string | Uint8Array): ClientMessage {
  // #region parse-message
  if (typeof data !== "string") {
    throw new SenderError(`That frame is binary. ${expected}`)
  }
  const content = parseJson(data)
  if (typeof content !== "object" || content === null) {
    throw new SenderError(`That is not a JSON object. ${expected}`)
  }
  if (!("message" in content) || typeof content.message !== "string") {
    throw new SenderError(`"message" must be a string. ${expected}`)
  }
  return { ...content, message: messageText(content.message) }
  // #endregion parse-message
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new SenderError(`That is not JSON. ${expected}`)
  }
}
