import express, { type Response, Router } from "express"
import { appendSlash } from "../../03-pages/append-slash.ts"
import { scopeOf } from "../../03-pages/express-application.ts"
import { render } from "../../03-pages/templates.ts"
import { problemOf } from "../../06-accounts/account-form.ts"
import type { CheckPassword } from "../../06-accounts/account-pages.ts"
import type { Accounts } from "../../06-accounts/accounts.ts"
import type { Database } from "../../06-accounts/database/open-database.ts"
import { login } from "../../06-accounts/login.ts"
import { loginRequired } from "../../06-accounts/login-required.ts"
import type { User } from "../../06-accounts/users.ts"
import { knownUserOf } from "../../06-accounts/users-only.ts"
import { PasswordChange } from "./change-password.ts"

export interface PasswordPagesOptions {
  readonly accounts: Accounts
  readonly checkPassword: CheckPassword
  readonly database: Database
}

/** The page that changes the user's password. */
export function passwordPages(options: PasswordPagesOptions): Router {
  const { accounts, checkPassword, database } = options
  const router = Router({ strict: true, caseSensitive: true })
  const body = express.urlencoded({ extended: false, limit: "16kb" })
  router.use("/password/", loginRequired)

  router.get("/password/", (request, response) => {
    show(response, knownUserOf(scopeOf(request)))
  })

  router.post("/password/", body, async (request, response) => {
    const scope = scopeOf(request)
    const user = knownUserOf(scope)
    const { current, password } = readForm(request.body)
    const problem = problemOf({ ...user, password, next: "" })
    if (problem) return show(response, user, problem.sentence, "password")
    const change = await PasswordChange.begin(database, user.id)
    const known = await checkPassword(scope, user.username, current)
    if (known?.id !== user.id) {
      const sentence = "That is not your current password."
      return show(response, user, sentence, "current")
    }
    await change.end(password)
    // Here it goes on: with a new session, as all others have ended.
    await login(scope, user, accounts)
    response.redirect(303, "/chat/")
  })

  router.get("/password", appendSlash)
  return router
}

function readForm(fields: unknown) {
  const { current, password }: Record<string, unknown> = Object(fields)
  return { current: String(current ?? ""), password: String(password ?? "") }
}

/** @param field the one to correct; without a problem, the first one */
function show(
  response: Response,
  user: User,
  problem = "",
  field: "current" | "password" = "current",
): void {
  const page = { user, problem, focus: field, wrong: problem && field }
  const html = render("08-guard/password.html", page)
  response.status(problem ? 400 : 200).send(html)
}
