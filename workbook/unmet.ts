/** Something that a check waited for did not happen, and what came instead. */
export class Unmet extends Error {
  /** Checks and their runner each load this file, so `instanceof` can fail. */
  override readonly name: string = "Unmet"
  /** The name that assertion libraries use. */
  readonly actual: string

  /** @param expected like "a frame" */
  constructor(
    readonly expected: string,
    received: string,
    options?: ErrorOptions,
  ) {
    super(`Expected ${expected}, but received ${received}`, options)
    this.actual = received
  }
}
