import { inspect } from "node:util"

const isTracing = process.env.TRACE === "1"

/**
 * With `TRACE=1`, prints one line for what passes by.
 * @param area where it happens: "socket 3", "layer", "redis"
 * @param what what happened
 * @param detail printed as a literal, so that no client can forge a line
 */
export function trace(area: string, what: string, detail?: unknown): void {
  if (!isTracing) return
  const time = new Date().toISOString().slice(11, 23)
  const shown = detail === undefined ? "" : ` ${literal(detail)}`
  console.log(`${time} ${area}: ${what}${shown}`)
}

function literal(detail: unknown): string {
  return inspect(detail, {
    breakLength: Number.POSITIVE_INFINITY,
    compact: true,
    maxStringLength: 500,
  })
}
