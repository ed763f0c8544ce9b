/** Becomes an error frame for the client whose message it is about. */
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
