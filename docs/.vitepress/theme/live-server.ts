import type { OpenSocket, SocketListener } from "./in-page/client-socket.ts"

/** Opens a socket to a server that the browser can reach. */
export const openToServer: OpenSocket = (address, listener) => {
  // Without this, some browsers complete "localhost" with our own host.
  if (!/^\s*wss?:\/\//i.test(address)) throw new SyntaxError("no scheme")
  const socket = new WebSocket(address)
  let wasOpen = false
  socket.onopen = () => {
    wasOpen = true
    listener.opened()
  }
  socket.onmessage = ({ data }) => {
    const isText = typeof data === "string"
    listener.received(isText ? data : `${data.size} bytes, binary`)
  }
  socket.onclose = ({ code, reason }) => {
    if (wasOpen) listener.closed(code, reason)
    else void explain(address, listener)
  }
  return {
    get isOpen() {
      return socket.readyState === WebSocket.OPEN
    },
    send: (data) => socket.send(data as string | Uint8Array<ArrayBuffer>),
    close: (code) => socket.close(code),
  }
}

/** A socket that never opened has no reason; a plain request shows at least
 * whether there is a server. */
async function explain(
  address: string,
  listener: SocketListener,
): Promise<void> {
  const page = address.trim().replace(/^ws/i, "http")
  const isThere = await fetch(page, { mode: "no-cors" }).then(
    () => true,
    () => false,
  )
  if (isThere) listener.refused()
  else listener.unreachable()
}
