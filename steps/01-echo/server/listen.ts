import { once } from "node:events"
import type { Server } from "node:http"
import type { AddressInfo } from "node:net"

/** Listens on a port. "localhost" means 127.0.0.1 and ::1, each with its own
 * server, because a browser may try either.
 * @param port 0 for any free port
 * @throws Node's error, with its `code` */
export async function listen(
  make: () => Server,
  port: number,
  host: string,
): Promise<[Server, ...Server[]]> {
  if (host !== "localhost") return [await listenOn(make(), port, host)]
  const first = await listenOn(make(), port, "127.0.0.1")
  try {
    return [first, await listenOn(make(), portOf(first), "::1")]
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== "EADDRINUSE") return [first] // no IPv6 on this machine
    first.close()
    if (port !== 0) throw error
    return listen(make, 0, host)
  }
}

export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}

async function listenOn(server: Server, port: number, host: string) {
  await once(server.listen(port, host), "listening")
  // For example, too many open files: the next connection may succeed.
  return server.on("error", (error) => console.error(error))
}
