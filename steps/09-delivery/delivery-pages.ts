import { Router } from "express"
import { staticFiles } from "../03-pages/static-files.ts"
import { guardPages } from "../08-guard/guard-pages.ts"
import type { GuardedChat } from "../08-guard/serve-guarded.ts"
import type { PlacedMessageStore } from "./messages/placed-messages.ts"
import { olderMessages } from "./older-messages.ts"

const templates = {
  room: "09-delivery/room.html",
  account: "09-delivery/account.html",
}

/** The pages of step 8, with the room of this step and its older messages. */
export function deliveryPages(
  messages: PlacedMessageStore,
): GuardedChat["pages"] {
  return (limits, options) => {
    const router = Router()
    router.use(staticFiles("09-delivery", import.meta.url))
    router.use(guardPages(limits, options, templates))
    router.use(olderMessages(messages))
    return router
  }
}
