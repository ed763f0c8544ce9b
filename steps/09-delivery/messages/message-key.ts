import type { ClientMessage } from "../../01-echo/consumer/client-message.ts"
import { SenderError } from "../../01-echo/consumer/sender-error.ts"

/** The key that a client has given its message, to send it again without
 * sending it twice.
 * @returns undefined if it has none
 * @throws SenderError if it cannot be a key */
export function keyOf({ key }: ClientMessage): string | undefined {
  if (key === undefined || isKey(key)) return key
  throw new SenderError('"key" must be a string of 1 to 64 characters.')
}

/** The key of a frame that was refused, and may be anything. */
export function keyOfRefused(data: string | Uint8Array): string | undefined {
  try {
    const { key } = Object(JSON.parse(String(data)))
    return isKey(key) ? key : undefined
  } catch {
    return undefined
  }
}

/** SQLite cannot keep half a character. */
function isKey(key: unknown): key is string {
  return (
    typeof key === "string" &&
    key.length >= 1 &&
    key.length <= 64 &&
    key.isWellFormed()
  )
}
