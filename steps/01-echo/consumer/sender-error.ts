/** Sent as an error frame to the client whose message caused it. */
export class SenderError extends Error {
  /** @param message a sentence that tells the client what to do
   * @param fields what the error frame has besides `error` */
  constructor(
    message: string,
    readonly fields: Readonly<Record<string, unknown>> = {},
  ) {
    super(message)
  }
}
