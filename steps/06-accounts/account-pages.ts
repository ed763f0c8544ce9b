import express, { type Response, Router } from "express"
import type { HttpScope } from "../01-echo/application.ts"
import { appendSlash } from "../03-pages/append-slash.ts"
import { scopeOf } from "../03-pages/express-application.ts"
import { render } from "../03-pages/templates.ts"
import {
  type AccountForm,
  type FormProblem,
  problemOf,
  readAccountForm,
} from "./account-form.ts"
import type { Accounts } from "./accounts.ts"
import { userOf } from "./auth-middleware.ts"
import { login, logout } from "./login.ts"
import { type User, UsernameTaken } from "./users.ts"

/** @returns undefined for a wrong name or password
 * @throws RequestError if the password is not checked */
export type CheckPassword = (
  scope: HttpScope,
  username: string,
  password: string,
) => Promise<User | undefined>

/** Signing up, logging in, logging out. */
export function accountPages(
  accounts: Accounts,
  checkPassword: CheckPassword = (_scope, username, password) =>
    accounts.users.authenticate(username, password),
): Router {
  const router = Router({ strict: true, caseSensitive: true })
  const body = express.urlencoded({ extended: false, limit: "16kb" })

  router.get(["/signup/", "/login/"], (request, response) => {
    const form = readAccountForm(request.query)
    if (userOf(scopeOf(request))) return response.redirect(form.next)
    show(response, request.path, form)
  })

  router.post("/signup/", body, async (request, response) => {
    const form = readAccountForm(request.body)
    const problem = problemOf(form)
    if (problem) return show(response, request.path, form, problem)
    try {
      const user = await accounts.users.create(form.username, form.password)
      await login(scopeOf(request), user, accounts)
      response.redirect(303, form.next)
    } catch (error) {
      if (!(error instanceof UsernameTaken)) throw error
      show(response, request.path, form, usernameTaken)
    }
  })

  router.post("/login/", body, async (request, response) => {
    const form = readAccountForm(request.body)
    const { username, password } = form
    const user = await checkPassword(scopeOf(request), username, password)
    if (!user) return show(response, request.path, form, noSuchAccount)
    await login(scopeOf(request), user, accounts)
    response.redirect(303, form.next)
  })

  router.post("/logout/", async (request, response) => {
    await logout(scopeOf(request), accounts)
    response.redirect(303, "/login/")
  })

  router.get(["/signup", "/login"], appendSlash)
  return router
}

const usernameTaken: FormProblem = {
  sentence: "That username is taken.",
  fields: ["username"],
}

const noSuchAccount: FormProblem = {
  sentence: "There is no account with that username and password.",
  fields: ["username", "password"],
}

/** @param path "/signup/" or "/login/" */
function show(
  response: Response,
  path: string,
  { username, next }: AccountForm,
  problem?: FormProblem,
): void {
  const html = render("06-accounts/account-form.html", {
    isSignup: path === "/signup/",
    username,
    next,
    problem: problem?.sentence ?? "",
    wrongFields: problem?.fields ?? [],
    focus: problem?.fields.at(-1) ?? "username",
  })
  response.status(problem ? 400 : 200).send(html)
}
