import type { RequestHandler } from "express"

/** Leads to the same address with a slash behind its path. Mirrors Django's
 * `APPEND_SLASH`: what stands after the question mark stays. */
export const appendSlash: RequestHandler = (request, response) => {
  const [, query] = /(\?.*)$/s.exec(request.originalUrl) ?? []
  response.redirect(301, `${request.path}/${query ?? ""}`)
}
