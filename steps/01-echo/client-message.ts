/** Becomes an error frame, for the sender of a message and nobody else. */
export class SenderError extends Error {}

const expected = 'Send text that is JSON, like {"message": "hi"}.'

/**
 * The `message` of a client's frame; other fields are ignored.
 * @throws SenderError with what was wrong and what is expected
 */
export function parseClientMessage(data: string | Uint8Array): string {
  // #region parse-message
  if (typeof data !== "string") {
    throw new SenderError(`That frame is binary. ${expected}`)
  }
  const content = parseJson(data)
  if (typeof content !== "object" || content === null) {
    throw new SenderError(`That is not a JSON object. ${expected}`)
  }
  if (!("message" in content) || typeof content.message !== "string") {
    throw new SenderError(`It has no text as "message". ${expected}`)
  }
  return content.message.toWellFormed()
  // #endregion parse-message
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new SenderError(`That is not JSON. ${expected}`)
  }
}
