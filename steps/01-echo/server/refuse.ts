import { type IncomingMessage, ServerResponse } from "node:http"
import { Socket } from "node:net"
import type { Duplex } from "node:stream"
import type { Answer } from "../request-error.ts"

export function writeAnswer(response: ServerResponse, answer: Answer): void {
  response.writeHead(answer.status, {
    "Content-Type": "text/plain; charset=utf-8",
    ...answer.headers,
  })
  response.end(`${answer.sentence}\n`)
}

/** Answers a handshake with an HTTP status, and ends its connection. */
export function refuse(
  request: IncomingMessage,
  stream: Duplex,
  answer: Answer,
): void {
  // A client that resets while it is being refused is gone either way.
  stream.on("error", () => {})
  if (!(stream instanceof Socket)) return void stream.destroy()
  const response = new ServerResponse(request)
  response.shouldKeepAlive = false
  response.assignSocket(stream)
  // Close the connection even if the client never does.
  response.on("finish", () => stream.destroySoon())
  writeAnswer(response, answer)
}
