/** Answers a request, or a handshake, with an HTTP status and a sentence. */
export class RequestError extends Error {
  /** @param status an HTTP status, 400 to 599 */
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message)
  }
}

/** The status that answers for an error: its own, or 500. */
export function statusOf(error: unknown): number {
  return error instanceof RequestError ? error.status : 500
}
