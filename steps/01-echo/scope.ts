import type { IncomingMessage, ServerResponse } from "node:http"
import type { HttpScope, WebsocketScope } from "./application.ts"
import { RequestError } from "./request-error.ts"

/** What is known of a socket before it is accepted: ASGI's `websocket` scope.
 * @throws RequestError 400 if the address is malformed, or the upgrade is to
 * something else */
export function websocketScope(request: IncomingMessage): WebsocketScope {
  if (request.headers.upgrade?.toLowerCase() !== "websocket") {
    throw new RequestError(400, "The only upgrade here is to websocket")
  }
  const offered = request.headers["sec-websocket-protocol"] ?? ""
  const subprotocols = offered.split(",").map((name) => name.trim())
  return {
    type: "websocket",
    subprotocols: subprotocols.filter((name) => name !== ""),
    ...address(request),
    headers: request.headers,
  }
}

/** What is known of a request for a page: ASGI's `http` scope, but for Node's
 * request and response, which take the place of its events.
 * @throws RequestError 400 if the address is malformed */
export function httpScope(
  request: IncomingMessage,
  response: ServerResponse,
): HttpScope {
  return {
    type: "http",
    request,
    response,
    ...address(request),
    headers: request.headers,
  }
}

function address(request: IncomingMessage) {
  const [rawPath = "", ...query] = (request.url ?? "").split("?")
  return { path: decode(rawPath), queryString: query.join("?") }
}

function decode(rawPath: string): string {
  try {
    if (/^[\x21-\x7e]*$/.test(rawPath)) return decodeURIComponent(rawPath)
  } catch {
    // Escapes that are cut short, or that are no UTF-8: answered below.
  }
  throw new RequestError(400, "The address has malformed escapes")
}
