/** Something was waited for in vain: what, and what came instead. */
export class Unmet extends Error {
  override readonly name = "Unmet"
  /** Under the name that assertion libraries use. */
  readonly actual: string

  /** @param expected like "a frame" */
  constructor(
    readonly expected: string,
    received: string,
  ) {
    super(`Expected ${expected}, but received ${received}`)
    this.actual = received
  }
}
