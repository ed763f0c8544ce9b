import { onTestFinished } from "vitest"
import type { Application } from "../../steps/01-echo/application.ts"
import type { Route } from "../../steps/02-routing/path.ts"
import { SocketClient } from "../../workbook/processes/socket-client.ts"
import { showWhatWasSaid } from "./failures.ts"
import { load } from "./load.ts"

/** Opens a client in a room. */
type Enter = (
  room: string,
  headers?: Readonly<Record<string, string>>,
) => Promise<SocketClient>

/**
 * Serves a step's sockets in this process, where a test can get at their parts.
 * @param wrap what stands around the routes
 */
export async function serveInProcess(
  routes: readonly Route[],
  wrap = (application: Application) => application,
): Promise<Enter> {
  const { ProtocolServer } =
    await load<typeof import("../../steps/01-echo/server.ts")>(
      "01-echo/server.ts",
    )
  const { URLRouter } = await load<
    typeof import("../../steps/02-routing/url-router.ts")
  >("02-routing/url-router.ts")
  const server = new ProtocolServer(wrap(URLRouter(routes)))
  onTestFinished(() => server.close())
  const port = await server.listen(0, "localhost")
  return async (room, headers) => {
    const url = `ws://localhost:${port}/ws/chat/${room}/`
    const client = await SocketClient.open(url, { headers })
    showWhatWasSaid(client)
    return client
  }
}
