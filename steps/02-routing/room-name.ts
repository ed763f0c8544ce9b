import type { Scope } from "../01-echo/application.ts"
import { RequestError } from "../01-echo/request-error.ts"
import { urlRouteOf } from "./url-route.ts"

const maxCharacters = 200

/** Characters that are invisible or change the order of the text.
 * (DI: ignored when displayed.) */
const hidden = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{DI}]/u

/** Some of these are needed for emoji and for scripts that join letters. */
const joinable = String.raw`[\p{L}\p{M}\p{EMod}\p{ExtPict}\ufe0f]`
const unjoined = String.raw`[\p{sc=Latin}\p{sc=Greek}\p{sc=Cyrillic}]`
const needed = new RegExp(
  `(?<=${joinable})[\u200c\u200d](?=${joinable})(?!${unjoined})` +
    String.raw`|(?<=\p{ExtPict})\ufe0f|\ufe0f(?=\u20e3)`,
  "gu",
)

// #region normal-room-name
/** Names that look the same mean the same room: differences in how accents are
 * composed, and spaces around the name, do not count.
 * @returns undefined if no room can have that name */
export function normalRoomName(name: string): string | undefined {
  const normal = name.normalize("NFC").trim()
  const count = [...normal].length
  const isSegment = !normal.includes("/") && normal !== "." && normal !== ".."
  const isVisible = count >= 1 && !hidden.test(normal.replace(needed, ""))
  return isSegment && isVisible && count <= maxCharacters ? normal : undefined
}
// #endregion normal-room-name

/** @throws RequestError 404 if no room can have that name
 * @throws Error if no URLRouter is above */
export function roomNameOf(scope: Scope): string {
  // #region room-name
  const { roomName } = urlRouteOf(scope).kwargs
  const normal = typeof roomName === "string" && normalRoomName(roomName)
  if (normal) return normal
  throw new RequestError(404, "No room can have that name")
  // #endregion room-name
}
