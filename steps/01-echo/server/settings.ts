import { failToStart } from "./fail-to-start.ts"

export interface Settings {
  /** 0 for any free port. */
  readonly port: number
  readonly host: string
}

/** Reads `PORT` and `HOST`. Ends the process if `PORT` is not a port. */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  return { port: readPort(env.PORT || "8000"), host: env.HOST || "localhost" }
}

function readPort(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65_535) return port
  return failToStart(`PORT is "${text}": a port is a number from 0 to 65535.`)
}
