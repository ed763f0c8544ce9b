import { cpus, type as systemName, totalmem } from "node:os"
import type { Measured } from "./generator/job.ts"
import { canPin } from "./pin.ts"
import type { RowName } from "./rows.ts"
import type { Server } from "./servers.ts"

/** The results of a run: saved as JSON. Tables, picture and targets are made
 * from it. */
export interface Result {
  /** The day, like "2026-11-26". */
  readonly date: string
  readonly machine: Machine
  readonly turns: number
  readonly servers: readonly MeasuredServer[]
  readonly measurements: readonly Measurement[]
}

export interface Machine {
  readonly processor: string
  readonly cores: number
  readonly memoryGb: number
  readonly system: string
  readonly node: string
  /** Whether servers and generator had a core each. */
  readonly isPinned: boolean
}

export type MeasuredServer = Pick<
  Server,
  "name" | "title" | "processes" | "reference"
>

export interface Measurement extends Measured {
  readonly server: string
  readonly row: RowName
  /** From 1. */
  readonly turn: number
}

/** This machine. */
export function describeMachine(): Machine {
  const all = cpus()
  return {
    processor: all[0]?.model.trim() ?? "unknown",
    cores: all.length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: systemName(),
    node: process.versions.node,
    isPinned: canPin,
  }
}
