import { once } from "node:events"
import { type AddressInfo, createServer } from "node:net"

/** Whether a server can listen on this port, for this machine only. */
export function isFree(port: number): Promise<boolean> {
  const server = createServer()
  return new Promise((resolve) => {
    server.once("error", () => resolve(false))
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)))
  })
}

/** @returns the port if it is free, else the next free one; 0 stays 0 */
export async function nextFreePort(wanted: number): Promise<number> {
  for (let port = wanted; port < 65_535; port++) {
    if (await isFree(port)) return port
  }
  return wanted // the server says that it is taken
}

/** For a program that cannot choose one by itself, or must be known before it
 * runs. */
export async function anyFreePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, "close")
  return port
}
