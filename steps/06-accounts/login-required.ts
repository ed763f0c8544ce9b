import type { RequestHandler } from "express"
import { scopeOf } from "../03-pages/express-application.ts"
import { userOf } from "./auth-middleware.ts"

/** Sends a visitor to the login page, which leads back here. Mirrors Django's
 * `login_required`. */
export const loginRequired: RequestHandler = (request, response, next) => {
  if (userOf(scopeOf(request))) return next()
  const back = encodeURIComponent(request.originalUrl)
  response.redirect(`/login/?next=${back}`)
}
