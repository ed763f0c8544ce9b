/** Something was waited for in vain: what, and what came instead. */
export class Unmet extends Error {
  /** Checks and their runner load this file apart, so `instanceof` may fail. */
  override readonly name: string = "Unmet"
  /** Under the name that assertion libraries use. */
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
