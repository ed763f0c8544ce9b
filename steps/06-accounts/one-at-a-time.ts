import { RequestError } from "../01-echo/request-error.ts"

export interface OneAtATimeOptions {
  /** What a person reads who must come back later. */
  readonly sentence: string
  /** How much work may wait while some is being done. */
  readonly maxWaiting: number
  /** Work that has waited for longer is not begun. */
  readonly deadlineMs?: number
}

/** Too much work waits already: this has not been begun. Pages answer 503. */
export class TooBusy extends RequestError {
  constructor(sentence: string) {
    super(503, sentence, { "Retry-After": "2" })
  }
}

/** Work that is done one at a time, in the order it came, and refused when too
 * much of it waits. */
export class OneAtATime {
  private last: Promise<unknown> = Promise.resolve()
  /** Waiting or being done. */
  private count = 0

  constructor(private readonly options: OneAtATimeOptions) {}

  /** @returns what the work returns
   * @throws TooBusy if it has not been begun, or what the work throws */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    const { sentence, maxWaiting } = this.options
    const { deadlineMs = Number.POSITIVE_INFINITY } = this.options
    if (this.count > maxWaiting) throw new TooBusy(sentence)
    this.count++
    const cameAt = performance.now()
    const result = this.last.then(() => {
      const waitedMs = performance.now() - cameAt
      if (waitedMs > deadlineMs) throw new TooBusy(sentence)
      return work()
    })
    this.last = result.catch(() => {}).then(() => this.count--)
    return result
  }
}
