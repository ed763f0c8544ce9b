import type { Row } from "../rows.ts"
import { DeliveryFailed } from "./delivery-failed.ts"
import type { Job, Measured, Report } from "./job.ts"
import { runConnecting, runIdle } from "./run-connections.ts"
import { runMessages } from "./run-messages.ts"
import { runReturning } from "./run-returning.ts"

// The load generator: the same one for all servers, which differ only in their
// dialect. It does one job and exits.
process.once("message", (job: Job) => void work(job))

async function work(job: Job): Promise<void> {
  for (const row of job.rows) {
    report({ begun: row.name })
    try {
      report({ row: row.name, measured: await run(job, row) })
    } catch (error) {
      const { message } = error as Error
      if (!(error instanceof DeliveryFailed)) console.error(error)
      report({ row: row.name, failed: message })
      break
    }
  }
  // Not by itself: sockets of a row that failed may still be open.
  report({ done: true }, () => process.exit())
}

function run(job: Job, row: Row): Promise<Measured> {
  if (row.name === "idle") return runIdle(job, row)
  if (row.name === "connecting") return runConnecting(job, row)
  if (row.name === "returning") return runReturning(job, row)
  return runMessages(job, row)
}

function report(report: Report, sent = () => {}): void {
  process.send?.(report, sent)
}
