import type { IncomingMessage, ServerResponse } from "node:http"
import type { HttpScope, WebsocketScope } from "../application.ts"
import { RequestError } from "../request-error.ts"

/** What is known of a socket before it is accepted: ASGI's `websocket` scope.
 * @throws RequestError 400 if the address is malformed */
export function websocketScope(request: IncomingMessage): WebsocketScope {
  const offered = request.headers["sec-websocket-protocol"] ?? ""
  const subprotocols = offered.split(",").map((name) => name.trim())
  return {
    type: "websocket",
    subprotocols: subprotocols.filter((name) => name !== ""),
    ...commonScope(request),
  }
}

/** What is known of a request for a page: ASGI's `http` scope. Node's request
 * and response take the place of its events.
 * @throws RequestError 400 if the address is malformed */
export function httpScope(
  request: IncomingMessage,
  response: ServerResponse,
): HttpScope {
  return { type: "http", request, response, ...commonScope(request) }
}

function commonScope({ url = "", headers, socket }: IncomingMessage) {
  const [rawPath = "", ...query] = url.split("?")
  const { remoteAddress: address = "", remotePort: port = 0 } = socket
  return {
    path: decode(rawPath),
    queryString: query.join("?"),
    headers,
    client: { address, port },
  }
}

function decode(rawPath: string): string {
  try {
    if (/^[\x21-\x7e]*$/.test(rawPath)) return decodeURIComponent(rawPath)
  } catch {
    // Escapes that are cut short or are not UTF-8: answered below.
  }
  throw new RequestError(400, "The address has malformed escapes")
}
