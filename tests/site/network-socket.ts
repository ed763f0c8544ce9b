import { WebSocket } from "ws"
import type { OpenSocket } from "../../docs/.vitepress/theme/in-page/client-socket.ts"

/** Opens sockets to a server on this machine, as a browser would. */
export function overNetwork(port: number): OpenSocket {
  return (path, listener) => {
    const socket = new WebSocket(`ws://localhost:${port}${path}`)
    socket.on("open", () => listener.opened())
    socket.on("message", (data: Buffer, isBinary) => {
      listener.received(isBinary ? data : data.toString())
    })
    let isOpen = false
    socket.on("open", () => {
      isOpen = true
    })
    socket.on("close", (code, reason) => {
      if (isOpen) listener.closed(code, reason.toString())
    })
    socket.on("unexpected-response", async (_request, response) => {
      const chunks = await response.toArray()
      const sentence = Buffer.concat(chunks).toString().trimEnd()
      listener.refused({ status: response.statusCode ?? 0, sentence })
    })
    socket.on("error", () => {}) // a refusal or "close" follows
    return {
      get isOpen() {
        return socket.readyState === WebSocket.OPEN
      },
      send: (data) => socket.send(data),
      close: (code) => socket.close(code),
    }
  }
}
