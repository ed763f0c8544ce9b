import { Queue } from "./queue.ts"

type Job = () => Promise<void>

/**
 * Jobs from several sources, done strictly one at a time in the order they
 * came: while one awaits a database, the next one waits its turn.
 * Mirrors `await_many_dispatch` of Channels.
 */
export class Inbox {
  private readonly jobs = new Queue<Job>()

  /** Resolves when the job is done; a source that waits for it before it
   * brings the next job can never flood the inbox. */
  put(job: Job): Promise<void> {
    return new Promise((done) => {
      this.jobs.put(() => job().then(done))
    })
  }

  /** Does the jobs until one throws, and throws what it threw. */
  async work(): Promise<never> {
    for (;;) {
      const job = await this.jobs.take()
      await job()
    }
  }
}
