/** Thrown by a handler to end its consumer when nothing went wrong. */
export class StopConsumer extends Error {
  /** @param code for `disconnect`; an open socket closes with 1000 */
  constructor(readonly code = 1000) {
    super("The consumer has stopped")
  }
}
