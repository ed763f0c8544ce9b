import { memory } from "./memory.js"

const mostKept = 8
const rooms = memory("localStorage", "recent rooms")

/** @returns {string[]} the rooms entered with this browser, newest first */
export function recentRooms() {
  return rooms.read().split("/").filter(Boolean)
}

/** @param {string} name in which there is no slash: no room has one */
export function rememberRoom(name) {
  const others = recentRooms().filter((room) => room !== name)
  rooms.write([name, ...others].slice(0, mostKept).join("/"))
}
