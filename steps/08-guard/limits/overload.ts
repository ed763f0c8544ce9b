import { monitorEventLoopDelay } from "node:perf_hooks"

/** New sockets are refused when the event loop is this late. */
const mostDelayMs = 500

/** Watches how late the event loop is: everything in this process waits as
 * long.
 * @returns whether the last second had a delay that is too long */
export function watchOverload(): () => boolean {
  const delays = monitorEventLoopDelay({ resolution: 20 })
  delays.enable()
  let isOverloaded = false
  const look = () => {
    const isLate = delays.max / 1e6 > mostDelayMs
    if (isLate !== isOverloaded) console.error(sentences[String(isLate)])
    isOverloaded = isLate
    delays.reset()
  }
  setInterval(look, 1_000).unref()
  return () => isOverloaded
}

const sentences: Readonly<Record<string, string>> = {
  true: "Overloaded: new sockets are refused with 503.",
  false: "No longer overloaded: new sockets are accepted again.",
}
