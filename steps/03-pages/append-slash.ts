import type { RequestHandler } from "express"

/** Redirects to the same path with a slash at its end, and the same query.
 * Mirrors Django's `APPEND_SLASH`. */
export const appendSlash: RequestHandler = (request, response) => {
  const [, query = ""] = /(\?.*)$/s.exec(request.originalUrl) ?? []
  response.redirect(301, `${request.path}/${query}`)
}
