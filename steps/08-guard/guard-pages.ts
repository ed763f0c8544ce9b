import { type RequestHandler, Router } from "express"
import { scopeOf } from "../03-pages/express-application.ts"
import { userOf } from "../06-accounts/auth-middleware.ts"
import type { UserPagesOptions } from "../06-accounts/user-pages.ts"
import { historyPages } from "../07-history/history-pages.ts"
import {
  type PasswordPagesOptions,
  passwordPages,
} from "./sessions/password-pages.ts"

/** The pages of step 7, with this step's checks of passwords, and a page that
 * changes one. */
export function guardPages(
  limits: Router,
  options: PasswordPagesOptions,
  templates: UserPagesOptions = {},
): Router {
  const { accounts, checkPassword } = options
  const account = "08-guard/account.html"
  const router = Router()
  router.use(storeNothing)
  router.use(limits)
  router.use(passwordPages(options))
  router.use(historyPages(accounts, { checkPassword, account, ...templates }))
  return router
}

/** A page with a user's name is not kept by caches, nor shown by Back after a
 * logout. */
const storeNothing: RequestHandler = (request, response, next) => {
  const isStatic = request.path.startsWith("/static/")
  const hasUser = userOf(scopeOf(request)) !== undefined
  if (hasUser && !isStatic) response.set("Cache-Control", "no-store")
  next()
}
