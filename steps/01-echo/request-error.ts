/** An HTTP answer in one sentence. */
export interface Answer {
  /** 400 to 599. */
  readonly status: number
  readonly sentence: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Answers a request, or a handshake, with an HTTP status and a sentence. */
export class RequestError extends Error {
  /**
   * @param status an HTTP status, 400 to 599
   * @param message what the client may read
   * @param headers sent with the answer, for example `Retry-After`
   */
  constructor(
    readonly status: number,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message)
  }
}

/** The answer for an error. Only a RequestError shows its own sentence: others
 * may contain what is nobody else's business. */
export function answerFor(error: unknown): Answer {
  if (!(error instanceof RequestError)) {
    return { status: 500, sentence: "Internal server error" }
  }
  const { status, message, headers } = error
  return { status, sentence: message, headers }
}
