import { limits } from "../../bench/figures.ts"
import { measure, type Pace } from "../../bench/measure.ts"
import { printTable } from "../../bench/print.ts"
import type { Measurement } from "../../bench/result.ts"
import { findRows, type Row } from "../../bench/rows.ts"
import { findServers, type Server } from "../../bench/servers.ts"
import { CommandError } from "../command-error.ts"
import { findStep } from "../steps.ts"

export interface SameLoadOptions {
  readonly steps: readonly string[]
  readonly pace: Pace
  readonly say: (line: string) => void
}

const noFigures =
  "This system does not count what other programs use: CPU time and writes are " +
  "shown on Linux."

/**
 * The same clients in the same room of each step, one step after the other: what
 * it delivers, and what that costs.
 * @throws CommandError if a message was lost, or arrived twice or out of order
 */
export async function underSameLoad({
  steps,
  pace,
  say,
}: SameLoadOptions): Promise<void> {
  const servers = findServers(steps.map((it) => String(findStep(it).number)))
  const rows = findRows("room")
  const [row] = rows as [Row]
  say(
    `${row.title}: two processes share the room through Redis, and store every ` +
      `message. Each step runs for ${pace.measureMs / 1_000} seconds.`,
  )
  const { result, failures } = await measure({
    ...{ servers, rows, turns: 1, pace },
    progress(_turn, server, isRunning) {
      if (isRunning) say(`${server.title}: delivering…`)
      else say(`\n${server.title}: starting…`)
    },
  })
  if (failures.length > 0) throw new CommandError(failures.join("\n"))
  const { measurements } = result
  const lines = measurements.map((it) => lineOf(it, servers, row))
  const head = ["", "messages", "deliveries", "CPU time", "writes"]
  const units = ["", "a second", "a second", "a delivery", "a message"]
  printTable({ title: "What was measured", head, lines: [units, ...lines] })
  const isCounted = measurements.every(({ writes }) => writes !== undefined)
  say(
    isCounted
      ? "\nA write is a system call: bytes for a socket, a file or another " +
          "thread.\nRedis is counted with the servers."
      : `\n${noFigures}`,
  )
  if (measurements.some(({ otherLoad }) => otherLoad > limits.others)) {
    say("Other programs were busy: on a quiet machine, both deliver more.")
  }
}

function lineOf(
  { server, cost, perSecond, writes }: Measurement,
  servers: readonly Server[],
  { members }: Row,
): string[] {
  const { title = server } = servers.find(({ name }) => name === server) ?? {}
  const isCounted = writes !== undefined
  return [
    title,
    whole(perSecond / members),
    whole(perSecond),
    isCounted ? `${cost.toFixed(1)} µs` : "–",
    isCounted ? (writes * members).toFixed(1) : "–",
  ]
}

function whole(value: number): string {
  return Math.round(value).toLocaleString("en")
}
