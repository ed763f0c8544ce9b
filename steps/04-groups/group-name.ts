import { createHash } from "node:crypto"

/** The name of a room's group. Groups have stricter names than rooms: a plain
 * room name gives the same group as in the tutorial, any other gives a hash. */
export function groupNameFor(roomName: string): string {
  if (/^[\w.-]{1,94}$/.test(roomName)) return `chat_${roomName}`
  const hash = createHash("sha256").update(roomName).digest("base64url")
  return `chat.${hash}`
}
