import type { Receiver } from "./load-socket.ts"

/** If nothing arrives for this long, missing messages count as lost. The second
 * one is for a message whose successor has arrived. */
const stallMs = 5_000
const suspectedStallMs = 500

/** What a client that returns must receive: these messages, once each, in this
 * order. */
export class Missed implements Receiver {
  /** Resolves when it has received all of them.
   * @throws Error for the first one that is wrong, or if one does not come */
  readonly all: Promise<void>
  private readonly received = new Set<number>()
  /** Where the next message is, if none is missing. */
  private next = 0
  private complete = () => {}
  private fail = (_error: Error) => {}
  private timer: NodeJS.Timeout | undefined

  constructor(private readonly texts: readonly string[]) {
    this.all = new Promise((resolve, reject) => {
      this.complete = resolve
      this.fail = reject
    })
    this.await(stallMs)
    const stop = () => clearTimeout(this.timer)
    this.all.then(stop, stop)
  }

  skipKnown(_buffer: Buffer, from: number): number {
    return from
  }

  take(text: string): void {
    const isNext = text === this.texts[this.next]
    const at = isNext ? this.next : this.texts.indexOf(text)
    const message = `received message ${at + 1}`
    if (at < 0) this.fault(`received "${text}", which was never sent`)
    else if (this.received.has(at)) this.fault(`${message} twice`)
    else if (at < this.next) this.fault(`${message} out of order`)
    this.received.add(at)
    if (at > this.next) this.await(suspectedStallMs)
    this.next = at + 1
    if (this.received.size === this.texts.length) this.complete()
  }

  lost(how: string): void {
    this.fault(`was ${how}`)
  }

  /** @param what a sentence without its subject */
  private fault(what: string): void {
    this.fail(new Error(what))
  }

  private await(ms: number): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => {
      const missing = this.texts.findIndex((_, at) => !this.received.has(at))
      this.fault(`never received message ${missing + 1}`)
    }, ms)
  }
}
