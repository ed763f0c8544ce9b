import { Router } from "express"
import { scopeOf } from "../../03-pages/express-application.ts"
import { readAccountForm } from "../../06-accounts/account-form.ts"
import type { GuardedChat } from "../../08-guard/serve-guarded.ts"
import type { DjangoSettings } from "./settings.ts"

/** The same pages, but what has to do with accounts leads to Django.
 * @param publicOrigin where people reach us, if that is known */
export function djangoPages(
  pages: GuardedChat["pages"],
  { url, loginPath }: DjangoSettings,
  publicOrigin: string | undefined,
): GuardedChat["pages"] {
  return (limits, options) => {
    const router = Router({ strict: true, caseSensitive: true })
    router.get(["/login/", "/signup/", "/password/"], (request, response) => {
      const { host = "" } = scopeOf(request).headers
      const { next } = readAccountForm(request.query)
      const back = new URL(next, publicOrigin ?? `http://${host}`)
      const login = new URL(loginPath, url)
      login.searchParams.set("next", back.href)
      response.redirect(login.href)
    })
    router.post("/logout/", (_request, response) => {
      response.redirect(303, new URL("/accounts/logout/", url).href)
    })
    router.use(pages(limits, options))
    return router
  }
}
