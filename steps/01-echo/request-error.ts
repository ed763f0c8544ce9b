/** An HTTP answer in one sentence. */
export interface Answer {
  readonly status: number
  readonly sentence: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Answers a request, or a handshake, with an HTTP status and a sentence. */
export class RequestError extends Error {
  /** @param status 400 to 599
   * @param message a sentence for the client
   * @param headers sent with the answer, for example `Retry-After` */
  constructor(
    readonly status: number,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message)
  }
}

/** Only a RequestError shows its own sentence: the message of another error may
 * contain something that the client must not see. */
export function answerFor(error: unknown): Answer {
  if (!(error instanceof RequestError)) {
    return { status: 500, sentence: "Internal server error" }
  }
  const { status, message, headers } = error
  return { status, sentence: message, headers }
}
