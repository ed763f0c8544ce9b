import { inspect } from "node:util"

const tracing = process.env.TRACE === "1"

/**
 * With `TRACE=1`, prints what passes by: one line each, whatever it holds.
 * @param area what speaks: "socket 3", "layer", "redis"
 * @param what what it did
 * @param detail shown as a literal, so that no client can forge a line
 */
export function trace(area: string, what: string, detail?: unknown): void {
  if (!tracing) return
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
