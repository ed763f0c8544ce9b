import { type IncomingMessage, ServerResponse } from "node:http"
import { Socket } from "node:net"
import type { Duplex } from "node:stream"

/** Answers a handshake with a status and a sentence, and ends it. */
export function refuse(
  request: IncomingMessage,
  stream: Duplex,
  status: number,
  sentence: string,
): void {
  // A client that resets while it is being refused is gone either way.
  stream.on("error", () => {})
  if (!(stream instanceof Socket)) {
    stream.destroy()
    return
  }
  const response = new ServerResponse(request)
  response.shouldKeepAlive = false
  response.assignSocket(stream)
  // Whoever never hangs up must not keep a connection that is over.
  response.on("finish", () => stream.destroySoon())
  response.writeHead(status, { "Content-Type": "text/plain; charset=utf-8" })
  response.end(`${sentence}\n`)
}
