import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { root } from "./folders.ts"

const file = join(root, ".data/running.json")

/** Stores the port of this step until the process ends, so that
 * `npm run client` in another terminal finds it. */
export function noteRunning(port: number): void {
  mkdirSync(join(root, ".data"), { recursive: true })
  writeFileSync(file, JSON.stringify({ pid: process.pid, port }))
  process.on("exit", () => {
    if (read()?.pid === process.pid) rmSync(file, { force: true })
  })
}

/** @returns the port of the step that runs, if one is known */
export function runningPort(): number | undefined {
  const { pid, port } = read() ?? {}
  if (!Number.isInteger(pid) || !Number.isInteger(port)) return undefined
  try {
    process.kill(Number(pid), 0) // a killed process has left its note
    return Number(port)
  } catch {
    return undefined
  }
}

function read(): { pid?: unknown; port?: unknown } | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8"))
  } catch {
    return undefined // no note, or half of one: the usual port is tried
  }
}
