const time = /^\d\d:\d\d:\d\d\.\d{3}/gm
/** A server prints this when the machine is busy. */
const overload = /^(No longer overloaded|Overloaded): .*\n/gm
const timestamp = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g

/** A trace without the parts that differ from run to run: times, the port, the
 * prefix, the epoch, the random part of channels' names, what dice show, and
 * whether the machine was busy. */
export function likeAnyOther(output: string): string {
  const channels: string[] = []
  const text = output
    .replace(overload, "")
    .replace(time, "12:00:00.000")
    .replace(timestamp, "2026-01-01T12:00:00.000Z")
    .replace(/localhost:(?!8001)\d+/g, "localhost:8000")
    .replace(/test-[\da-f-]{36}/g, "asgi")
    .replace(/specific\.[\da-f]{32}/g, (name) => {
      if (!channels.includes(name)) channels.push(name)
      return `specific.${"abcdef"[channels.indexOf(name)]?.repeat(8)}…`
    })
    .replace(/\b[\da-f]{16}\b/g, "k3f9")
    .replace(/2d4: \d \+ \d = \d/g, "2d4: 1 + 3 = 4")
  return `${text.trimEnd()}\n`
}
