import type { ServerResponse } from "node:http"

/** Resolves when a response has been sent, or can no longer be sent because the
 * client has left. */
export function responseOver(response: ServerResponse): Promise<void> {
  const { socket } = response.req
  // There are no events of what has ended already.
  if (response.closed || socket.destroyed) return Promise.resolve()
  return new Promise((resolve) => {
    const end = () => {
      socket.off("close", end)
      resolve()
    }
    response.once("close", end)
    // Behind another response of its connection, it emits nothing if that ends.
    socket.setMaxListeners(0).once("close", end)
  })
}
