import { Router } from "express"
import { RequestError } from "../../01-echo/request-error.ts"
import { scopeOf } from "../../03-pages/express-application.ts"
import { readAccountForm } from "../../06-accounts/account-form.ts"
import { userOf } from "../../06-accounts/auth-middleware.ts"
import type { GuardedChat } from "../../08-guard/serve-guarded.ts"
import { deliveryPages } from "../../09-delivery/delivery-pages.ts"
import type { PlacedMessageStore } from "../../09-delivery/messages/placed-messages.ts"
import type { DjangoSettings } from "./settings.ts"

/** The pages of step 9, but those of accounts lead to Django's login, and from
 * there back here: its `LoginView` has to allow our host.
 * @param publicOrigin where people reach us, if that is known */
export function djangoPages(
  messages: PlacedMessageStore,
  { url, loginPath }: DjangoSettings,
  publicOrigin: string | undefined,
): GuardedChat["pages"] {
  const pages = deliveryPages(messages, "11-django/account.html")
  return (limits, options) => {
    const router = Router({ strict: true, caseSensitive: true })
    const replaced = ["/login/", "/signup/", "/password/"]
    router.all(replaced, (request, response) => {
      const scope = scopeOf(request)
      const { next } = readAccountForm(request.query)
      if (userOf(scope)) return response.redirect(next)
      const own = publicOrigin ?? `http://${scope.headers.host}`
      if (!URL.canParse(own)) throw new RequestError(400, "Invalid host.")
      const login = new URL(loginPath, url)
      login.searchParams.set("next", new URL(next, own).href)
      response.redirect(login.href)
    })
    router.use(pages(limits, options))
    return router
  }
}
