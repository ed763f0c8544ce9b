import type { ErrorRequestHandler, RequestHandler } from "express"
import { RequestError } from "../01-echo/request-error.ts"
import { render } from "./templates.ts"

export const notFound: RequestHandler = () => {
  throw new RequestError(404, "There is no page at this address.")
}

/** Express recognizes an error handler by its four parameters. */
export const answerError: ErrorRequestHandler = (
  error,
  _request,
  response,
  next,
) => {
  const status = httpStatusOf(error)
  const isExpected = error instanceof RequestError || status < 500
  if (!isExpected) console.error(error)
  if (response.headersSent) return next(error)
  const sentence = sentenceOf(error, status)
  const page = render("03-pages/error.html", { status, sentence })
  if (error instanceof RequestError) response.set(error.headers)
  response.status(status).send(page)
}

/** Express and its parsers store the status of a bad request in the error. */
function httpStatusOf(error: unknown): number {
  if (!(error instanceof Error && "status" in error)) return 500
  const { status } = error
  return typeof status === "number" && status >= 400 ? status : 500
}

function sentenceOf(error: unknown, status: number): string {
  if (error instanceof RequestError) return error.message
  if (status < 500) return "The server cannot understand this request."
  return "Something went wrong. The server's terminal shows the error."
}
