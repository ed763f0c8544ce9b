/** Thrown by a handler: this consumer is done, and nothing went wrong. */
export class StopConsumer extends Error {
  /** @param code what `disconnect` is told; an open socket closes with 1000 */
  constructor(readonly code = 1000) {
    super("The consumer has stopped")
  }
}
