import { type Request, type Response, Router } from "express"
import { RequestError } from "../01-echo/request-error.ts"
import { normalRoomName } from "../02-routing/room-name.ts"
import { appendSlash } from "./append-slash.ts"
import { staticFiles } from "./static-files.ts"
import { render } from "./templates.ts"

export interface ChatPagesOptions {
  /** The template of the page that asks for a room. */
  readonly index: string
  /** The template of a room's page. */
  readonly room: string
  /** Values for the templates besides the room's name. */
  context(request: Request): object
}

const plainPages: ChatPagesOptions = {
  index: "03-pages/index.html",
  room: "03-pages/room.html",
  context: () => ({}),
}

/** The page that asks for a room, and the room's page. */
// #region chat-pages
export function chatPages(options = plainPages): Router {
  const router = Router({ strict: true, caseSensitive: true })
  router.use(staticFiles("03-pages", import.meta.url))
  router.get("/", (_request, response) => response.redirect(301, "/chat/"))
  router.get(["/chat", "/chat/:roomName"], appendSlash)
  router.get("/chat/", (request, response) => {
    const { room } = request.query
    const roomName = typeof room === "string" && normalRoomName(room)
    if (roomName) return response.redirect(addressOf(roomName))
    const isBad = room !== undefined
    const asked = typeof room === "string" ? room : ""
    const page = { ...options.context(request), isBad, asked }
    response.status(isBad ? 400 : 200).send(render(options.index, page))
  })
  router.get("/chat/:roomName/", (request, response) => {
    roomPage(options, request, response)
  })
  return router
}
// #endregion chat-pages

function roomPage(
  options: ChatPagesOptions,
  request: Request<{ roomName: string }>,
  response: Response,
): void {
  // #region room-page
  const roomName = normalRoomName(request.params.roomName)
  if (!roomName) throw new RequestError(404, "No room can have that name.")
  if (roomName !== request.params.roomName) {
    response.redirect(301, addressOf(roomName))
  } else {
    const page = { ...options.context(request), roomName }
    response.send(render(options.room, page))
  }
  // #endregion room-page
}

function addressOf(roomName: string): string {
  return `/chat/${encodeURIComponent(roomName)}/`
}
