import type { Scope } from "../01-echo/application.ts"
import { RequestError } from "../01-echo/request-error.ts"
import { urlRouteOf } from "./url-route.ts"

const maxCharacters = 200

/** Any text of 1 to 200 characters that can be one segment of an address. */
export function isRoomName(name: string): boolean {
  const count = [...name].length
  const isSegment = !name.includes("/") && name !== "." && name !== ".."
  return isSegment && count >= 1 && count <= maxCharacters
}

/**
 * The room that the address names.
 * @throws RequestError 404 if no room can have that name
 * @throws Error if no URLRouter is above
 */
export function roomNameOf(scope: Scope): string {
  // #region room-name
  const { roomName } = urlRouteOf(scope).kwargs
  if (typeof roomName === "string" && isRoomName(roomName)) return roomName
  throw new RequestError(404, "No room can have that name")
  // #endregion room-name
}
