import { type Request, type Response, Router } from "express"
import { RequestError } from "../01-echo/request-error.ts"
import { isRoomName } from "../02-routing/room-name.ts"
import { appendSlash } from "./append-slash.ts"
import { staticFiles } from "./static-files.ts"
import { render } from "./templates.ts"

export interface ChatPagesOptions {
  /** The templates' names. */
  readonly index: string
  readonly room: string
  /** What the templates need besides the room's name. */
  context(request: Request): object
}

/** The page that asks for a room, and the room's page. */
export function chatPages(options: ChatPagesOptions): Router {
  const router = Router({ strict: true, caseSensitive: true })
  router.use(staticFiles("03-pages", import.meta.url))
  router.get("/", (_request, response) => {
    response.redirect(301, "/chat/")
  })
  router.get(["/chat", "/chat/:roomName"], appendSlash)
  router.get("/chat/", (request, response) => {
    const name = request.query.room
    if (typeof name === "string" && isRoomName(name)) {
      return response.redirect(roomAddress(name))
    }
    const isBad = name !== undefined
    const page = { ...options.context(request), isBad }
    response.status(isBad ? 400 : 200).send(render(options.index, page))
  })
  router.get("/chat/:roomName/", (request, response) => {
    roomPage(options, request, response)
  })
  return router
}

function roomPage(
  options: ChatPagesOptions,
  request: Request<{ roomName: string }>,
  response: Response,
): void {
  // #region room-page
  const { roomName } = request.params
  if (!isRoomName(roomName)) throw new RequestError(404, "No such room.")
  const page = { ...options.context(request as Request), roomName }
  response.send(render(options.room, page))
  // #endregion room-page
}

function roomAddress(name: string): string {
  return `/chat/${encodeURIComponent(name)}/`
}
