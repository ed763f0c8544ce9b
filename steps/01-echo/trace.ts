import { inspect } from "node:util"

const isTracing = process.env.TRACE === "1"

const onOneLine = {
  breakLength: Number.POSITIVE_INFINITY,
  compact: true,
  maxStringLength: 500,
}

/** With `TRACE=1`, prints what happens, one line for each event.
 * @param area where it happens: "socket 3", "layer", "redis"
 * @param detail printed as a literal, so that no client can forge a line */
export function trace(area: string, what: string, detail?: unknown): void {
  if (!isTracing) return
  const time = new Date().toISOString().slice(11, 23)
  const shown = detail === undefined ? "" : ` ${inspect(detail, onOneLine)}`
  console.log(`${time} ${area}: ${what}${shown}`)
}
