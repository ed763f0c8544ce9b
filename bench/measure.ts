import { type ChildProcess, fork } from "node:child_process"
import { rmSync } from "node:fs"
import { join } from "node:path"
import { root } from "../workbook/folders.ts"
import { killAtExit } from "../workbook/processes/child.ts"
import { scratchFolder } from "../workbook/scratch-folder.ts"
import type { Job, Report } from "./generator/job.ts"
import { startOwnRedis } from "./own-redis.ts"
import { cores, pin } from "./pin.ts"
import { describeMachine, type Measurement, type Result } from "./result.ts"
import type { Row, RowName } from "./rows.ts"
import { RunningServer } from "./running-server.ts"
import type { Server } from "./servers.ts"

/** How long each row is warmed up and measured. */
export type Pace = Pick<Job, "warmUpMs" | "measureMs">

export interface Plan {
  readonly servers: readonly Server[]
  readonly rows: readonly Row[]
  readonly turns: number
  readonly pace: Pace
  /** Where the servers put profiles of their main threads. If omitted, they take
   * none. For one server and one row of messages. */
  readonly profileFolder?: string
  /** Called for each server, and then for each of its rows. */
  progress?(turn: number, server: Server, row: RowName | undefined): void
}

export interface Outcome {
  readonly result: Result
  /** A sentence for each delivery that was wrong. */
  readonly failures: readonly string[]
}

/**
 * Measures all servers in turn, as often as the plan says, and checks every
 * delivery. After a wrong one, the server is skipped for the rest of the turn.
 * @throws CommandError if a server or a Redis does not start
 */
export async function measure(plan: Plan): Promise<Outcome> {
  const redis = await startOwnRedis()
  const folder = scratchFolder(root, "bench")
  const measurements: Measurement[] = []
  const failures: string[] = []
  try {
    for (let turn = 1; turn <= plan.turns; turn++) {
      for (const server of plan.servers) {
        plan.progress?.(turn, server, undefined)
        const { profileFolder } = plan
        const surroundings = { redisUrl: redis.url, folder, profileFolder }
        const running = await RunningServer.start(server, surroundings)
        try {
          const job = jobFor(plan, server, running, redis.pid)
          await generate(job, (report) => {
            if ("begun" in report) plan.progress?.(turn, server, report.begun)
            if ("failed" in report) {
              const { failed, row } = report
              failures.push(`${server.name}, row ${row}: ${failed}.`)
            }
            if (!("measured" in report)) return
            const { row, measured } = report
            measurements.push({ server: server.name, row, turn, ...measured })
          })
        } finally {
          await running.stop()
        }
      }
    }
  } finally {
    await redis.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  return { result: resultOf(plan, measurements), failures }
}

/** @returns the rows that make sense for the server */
export function rowsFor(server: Server, rows: readonly Row[]): readonly Row[] {
  return rows.filter(({ name, isStoring, missed }) => {
    const isChosen = server.rows?.includes(name) ?? true
    const canStore = server.isStoring || !isStoring
    return isChosen && canStore && (server.isRecovering || !missed)
  })
}

function jobFor(
  { rows, pace, profileFolder }: Plan,
  server: Server,
  running: RunningServer,
  redisPid: number | undefined,
): Job {
  return {
    dialect: server.dialect,
    ports: running.processes.map(({ port }) => port),
    serverPids: running.processes.map(({ pid }) => pid),
    redisPid: server.processes > 1 ? redisPid : undefined,
    cookies: running.cookies,
    rows: rowsFor(server, rows),
    isProfiled: profileFolder !== undefined,
    ...pace,
  }
}

/** Runs the load generator in its own process; resolves when it has ended. */
async function generate(
  job: Job,
  onReport: (report: Report) => void,
): Promise<void> {
  const child = fork(join(root, "bench/generator/main.ts"), {
    execArgv: ["--import", "tsx"],
  })
  killAtExit(child, "SIGKILL")
  pin(child.pid as number, cores.generator)
  child.send(job)
  await untilDone(child, onReport)
}

function untilDone(
  child: ChildProcess,
  onReport: (report: Report) => void,
): Promise<void> {
  let isDone = false
  child.on("message", (report: Report) => {
    if ("done" in report) isDone = true
    else onReport(report)
  })
  return new Promise((resolve, reject) => {
    child.once("exit", (code, signal) => {
      if (isDone) resolve()
      else reject(new Error(`The generator ended: ${code ?? signal}`))
    })
  })
}

function resultOf(plan: Plan, measurements: readonly Measurement[]): Result {
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: describeMachine(),
    turns: plan.turns,
    servers: plan.servers.map(({ name, title, processes, reference }) => {
      return { name, title, processes, reference }
    }),
    measurements,
  }
}
