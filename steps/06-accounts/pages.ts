import { Router } from "express"
import type { Application } from "../01-echo/application.ts"
import { chatPages } from "../03-pages/chat-pages.ts"
import { expressApplication, scopeOf } from "../03-pages/express-application.ts"
import { staticFiles } from "../03-pages/static-files.ts"
import { accountPages } from "./account-pages.ts"
import type { Accounts } from "./accounts.ts"
import { userOf } from "./auth-middleware.ts"
import { loginRequired } from "./login-required.ts"

/** The pages for visitors and users, with the room of this step. */
export function pages(accounts: Accounts): Application {
  return expressApplication(userPages(accounts, "06-accounts/room.html"))
}

/**
 * The pages of step 3, for those who have logged in.
 * @param room the template of a room's page
 */
export function userPages(accounts: Accounts, room: string): Router {
  const router = Router()
  router.use(staticFiles("06-accounts", import.meta.url))
  router.use(accountPages(accounts))
  router.use("/chat", loginRequired)
  router.use(
    chatPages({
      index: "06-accounts/index.html",
      room,
      context: (request) => ({ user: userOf(scopeOf(request)) }),
    }),
  )
  return router
}
