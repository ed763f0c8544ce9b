import type { ServerOptions } from "node:http"

/** Drops a client that begins a request and does not end it: it holds one of the
 * server's connections. Also probes connections that are silent. */
export const timeLimits: ServerOptions = {
  headersTimeout: 10_000,
  requestTimeout: 20_000,
  connectionsCheckingInterval: 5_000,
  keepAlive: true,
  keepAliveInitialDelay: 30_000,
}
