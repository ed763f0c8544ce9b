import { RequestError } from "../01-echo/request-error.ts"

export interface OneAtATimeOptions {
  /** The message of TooBusy, for the client. */
  readonly sentence: string
  readonly maxWaiting: number
  /** Work that has waited longer is not started. */
  readonly deadlineMs?: number
}

/** The work was not started: too much was waiting. Pages answer 503. */
export class TooBusy extends RequestError {
  constructor(sentence: string) {
    super(503, sentence, { "Retry-After": "2" })
  }
}

/** Does work in the order it arrives. Refuses more when too much is waiting. */
export class OneAtATime {
  private last: Promise<unknown> = Promise.resolve()
  /** Waiting or being done. */
  private count = 0

  constructor(private readonly options: OneAtATimeOptions) {}

  /** @throws TooBusy if the work is not started, or the error of the work */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    const { sentence, maxWaiting, deadlineMs = Infinity } = this.options
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
