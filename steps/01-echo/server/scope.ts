import type { IncomingMessage, ServerResponse } from "node:http"
import type { HttpScope, WebsocketScope } from "../application.ts"
import { RequestError } from "../request-error.ts"

/** ASGI's `websocket` scope: what is known about a socket before it is open.
 * @throws RequestError 400 if the address is malformed */
export function websocketScope(request: IncomingMessage): WebsocketScope {
  const offered = request.headers["sec-websocket-protocol"] ?? ""
  const subprotocols = offered.match(/[^\s,]+/g) ?? []
  return { type: "websocket", subprotocols, ...commonScope(request) }
}

/** ASGI's `http` scope. Node's request and response replace its events.
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
    // An escape is incomplete or not UTF-8.
  }
  throw new RequestError(400, "The address has malformed escapes")
}
