import type { ServerOptions } from "node:http"

/** Drops who begins a request and does not end it: each holds a connection, and
 * a server has so many. Also probes connections that are silent. */
export const timeLimits: ServerOptions = {
  headersTimeout: 10_000,
  requestTimeout: 20_000,
  connectionsCheckingInterval: 5_000,
  keepAlive: true,
  keepAliveInitialDelay: 30_000,
}
