import type { IncomingMessage, Server } from "node:http"
import type { Duplex } from "node:stream"

/** Whether the client asks for a WebSocket, and not for another upgrade. */
export function isForWebsocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === "websocket"
}

const maxNamesAndValues = 2_000

/** Ignores an upgrade that the server does not know (RFC 9110, 7.8): `curl
 * --http2` and Java's client ask for `h2c`. Node has stopped parsing the
 * connection, so it gets the request once more, without that header.
 * @param head what came after the request's headers */
export function answerWithoutUpgrade(
  server: Server,
  request: IncomingMessage,
  stream: Duplex,
  head: Buffer,
): void {
  const { method, url, httpVersion, rawHeaders } = request
  // Node drops the rest, and one of those could be the length of the body.
  if (rawHeaders.length >= maxNamesAndValues) return void stream.destroy()
  const lines = [`${method} ${url} HTTP/${httpVersion}`]
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name = "", value] = rawHeaders.slice(index)
    if (name.toLowerCase() !== "upgrade") lines.push(`${name}: ${value}`)
  }
  // In latin1, as Node reads headers.
  const text = Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1")
  stream.unshift(Buffer.concat([text, head]))
  server.emit("connection", stream)
}
