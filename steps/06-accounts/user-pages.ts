import { type Request, Router } from "express"
import { chatPages } from "../03-pages/chat-pages.ts"
import { scopeOf } from "../03-pages/express-application.ts"
import { staticFiles } from "../03-pages/static-files.ts"
import { accountPages, type CheckPassword } from "./account-pages.ts"
import type { Accounts } from "./accounts.ts"
import { userOf } from "./auth-middleware.ts"
import { loginRequired } from "./login-required.ts"

export interface UserPagesOptions {
  /** The template of a room's page. */
  readonly room?: string
  /** The template of what a user sees on each page. */
  readonly account?: string
  readonly checkPassword?: CheckPassword
}

/** The pages of step 3, for users only, and the account pages. */
export function userPages(
  accounts: Accounts,
  options: UserPagesOptions = {},
): Router {
  const { room = "06-accounts/room.html", checkPassword } = options
  const { account = "06-accounts/account.html" } = options
  const router = Router()
  router.use(staticFiles("06-accounts", import.meta.url))
  router.use(accountPages(accounts, checkPassword))
  router.use("/chat", loginRequired)
  const index = "06-accounts/index.html"
  const context = (request: Request) => {
    return { account, user: userOf(scopeOf(request)) }
  }
  router.use(chatPages({ index, room, context }))
  return router
}
