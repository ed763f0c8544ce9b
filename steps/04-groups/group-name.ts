import { createHash } from "node:crypto"

/**
 * The group of a room. Groups have stricter names than rooms: a plain room
 * name becomes the one that the Channels tutorial builds, any other its hash.
 * @returns a name that every channel layer takes
 */
export function groupNameFor(roomName: string): string {
  if (/^[\w.-]{1,94}$/.test(roomName)) return `chat_${roomName}`
  const hash = createHash("sha256").update(roomName).digest("base64url")
  return `chat.${hash}`
}
