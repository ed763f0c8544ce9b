import { Router } from "express"
import type { Application } from "../01-echo/application.ts"
import { expressApplication } from "../03-pages/express-application.ts"
import { staticFiles } from "../03-pages/static-files.ts"
import type { Accounts } from "../06-accounts/accounts.ts"
import { userPages } from "../06-accounts/pages.ts"

/** The pages of step 6, with the room of this step. */
export function pages(accounts: Accounts): Application {
  const router = Router()
  router.use(staticFiles("07-history", import.meta.url))
  router.use(userPages(accounts, "07-history/room.html"))
  return expressApplication(router)
}
