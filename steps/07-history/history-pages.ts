import { Router } from "express"
import { staticFiles } from "../03-pages/static-files.ts"
import type { Accounts } from "../06-accounts/accounts.ts"
import { type UserPagesOptions, userPages } from "../06-accounts/user-pages.ts"

/** The pages of step 6, with the room of this step. */
export function historyPages(
  accounts: Accounts,
  options: UserPagesOptions = {},
): Router {
  const router = Router()
  router.use(staticFiles("07-history", import.meta.url))
  router.use(userPages(accounts, { room: "07-history/room.html", ...options }))
  return router
}
