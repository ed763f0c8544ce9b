import { Router } from "express"
import { RequestError } from "../01-echo/request-error.ts"
import { normalRoomName } from "../02-routing/room-name.ts"
import { appendSlash } from "../03-pages/append-slash.ts"
import { loginRequired } from "../06-accounts/login-required.ts"
import { idFrom } from "./messages/message-id.ts"
import type { PlacedMessageStore } from "./messages/placed-messages.ts"

const count = 50

/** Long messages come in smaller parts: asking for them is cheap, and all other
 * readings of the database wait for it. */
const bytes = 100_000

/** What a page shows when its reader scrolls up: 50 messages before the given
 * id, or fewer if they are long, oldest first, in the form of frames. */
export function olderMessages(messages: PlacedMessageStore): Router {
  const router = Router({ strict: true, caseSensitive: true })
  const address = "/chat/:roomName/messages/"
  router.get("/chat/:roomName/messages", appendSlash)
  router.get(address, loginRequired, async (request, response) => {
    const room = normalRoomName(String(request.params.roomName))
    if (!room) throw new RequestError(404, "No room can have that name.")
    const id = readId(request.query)
    const older = await messages.before(room, id, count, bytes)
    response.set("Cache-Control", "no-store").json({
      messages: older.map(({ content, author, id, timestamp, previous }) => {
        return { message: content, author, id, timestamp, previous }
      }),
    })
  })
  return router
}

function readId({ before }: Readonly<Record<string, unknown>>): number {
  const id = idFrom(before)
  if (id !== undefined) return id
  throw new RequestError(400, "The address needs an id, like ?before=41.")
}
