/** Uncaught errors while a check runs: they fail it at once, not only the whole
 * run at its end. */
export class Uncaught {
  /** Rejects with the first uncaught error. */
  readonly first: Promise<never>
  private fail: (error: unknown) => void = () => {}

  constructor() {
    this.first = new Promise((_resolve, reject) => {
      this.fail = (cause) => {
        reject(new Error(`Nothing caught this: ${cause}`, { cause }))
      }
    })
    this.first.catch(() => {}) // the check may have ended already
    process.on("unhandledRejection", this.fail)
    process.on("uncaughtException", this.fail)
  }

  /** From now on, the runner reports uncaught errors. */
  stop(): void {
    process.off("unhandledRejection", this.fail)
    process.off("uncaughtException", this.fail)
  }
}
