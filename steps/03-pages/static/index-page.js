import { element } from "./element.js"
import { recentRooms } from "./recent-rooms.js"

const list = element("rooms", HTMLUListElement)
const [first] = list.children

for (const room of recentRooms()) {
  if (room === first?.textContent) continue
  const link = document.createElement("a")
  link.href = `/chat/${encodeURIComponent(room)}/`
  link.textContent = room
  const item = document.createElement("li")
  item.append(link)
  list.append(item)
}
