import { Router } from "express"
import { staticFiles } from "../03-pages/static-files.ts"
import { guardPages } from "../08-guard/guard-pages.ts"
import type { GuardedChat } from "../08-guard/serve-guarded.ts"
import type { PlacedMessageStore } from "./messages/placed-messages.ts"
import { olderMessages } from "./older-messages.ts"

const room = "09-delivery/room.html"

/** The pages of step 8, with the room of this step and its older messages.
 * @param account the template of what a user sees on each page */
export function deliveryPages(
  messages: PlacedMessageStore,
  account = "09-delivery/account.html",
): GuardedChat["pages"] {
  return (limits, options) => {
    const router = Router()
    router.use(staticFiles("09-delivery", import.meta.url))
    router.use(guardPages(limits, options, { room, account }))
    router.use(olderMessages(messages))
    return router
  }
}
