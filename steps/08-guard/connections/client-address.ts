import { isIP, isIPv4 } from "node:net"
import type { Scope } from "../../01-echo/application.ts"

let hasWarned = false

/** Makes a function that finds a client's address, as limits count it.
 * @param proxies of our own that the client comes through. Each adds to
 * `X-Forwarded-For` where it was called from. What stands before that, the
 * client has written itself. */
export function clientAddress(proxies: number): (scope: Scope) => string {
  return ({ client, headers }) => {
    const peer = client?.address ?? ""
    const forwarded = String(headers["x-forwarded-for"] ?? "")
    if (proxies === 0 && forwarded && !hasWarned) warn()
    // #region client-address
    const hops = [...forwarded.split(","), peer].map((hop) => hop.trim())
    const address = hops.at(-1 - proxies) ?? ""
    return networkOf(isIP(address) ? address : peer)
    // #endregion client-address
  }
}

function warn(): void {
  hasWarned = true
  console.error(
    "A request came with X-Forwarded-For, which is ignored. Behind a proxy, " +
      "set TRUST_PROXY=1: else all clients share one address and its limits.",
  )
}

/** An IPv6 customer has at least 2^64 addresses: the first half counts. */
export function networkOf(address: string): string {
  const mapped = address.replace(/^::ffff:(?=[\d.]+$)/i, "")
  if (isIPv4(mapped) || !isIP(address)) return mapped
  const [head = "", tail] = (address.split("%")[0] ?? "").split("::")
  const left = head === "" ? [] : head.split(":")
  const right = tail ? tail.split(":") : []
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length
  const groups = [...left, ...Array(Math.max(zeros, 0)).fill("0"), ...right]
  const half = groups.slice(0, 4).map((it) => Number.parseInt(it, 16))
  return `${half.map((it) => it.toString(16)).join(":")}::/64`
}
