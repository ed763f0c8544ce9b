import { onTestFinished } from "vitest"
import type { Application } from "../../steps/01-echo/application.ts"
import type { ServerOptions } from "../../steps/01-echo/server/server-options.ts"
import { SocketClient } from "../../workbook/processes/socket-client.ts"
import { checkFrames } from "./frame-contract.ts"
import { load } from "./load.ts"
import { teller } from "./story.ts"

/** Opens a client in a room. */
type Enter = (
  room: string,
  headers?: Readonly<Record<string, string>>,
  name?: string,
) => Promise<SocketClient>

interface InProcessOptions extends ServerOptions {
  /** The step whose frames the chat sends, if it sends only those. */
  readonly step?: string
}

/**
 * Serves a step's chat in this process, where a test can get at its parts.
 * @param chat what the route of a room leads to
 * @param wrap what is around the routes
 */
export async function serveInProcess(
  chat: Application,
  wrap = (application: Application) => application,
  { step, ...options }: InProcessOptions = {},
): Promise<Enter> {
  const { ProtocolServer } = await load<
    typeof import("../../steps/01-echo/server/protocol-server.ts")
  >("01-echo/server/protocol-server.ts")
  const { URLRouter } = await load<
    typeof import("../../steps/02-routing/url-router.ts")
  >("02-routing/url-router.ts")
  const { websocketUrlpatterns } = await load<
    typeof import("../../steps/02-routing/routing.ts")
  >("02-routing/routing.ts")
  const application = wrap(URLRouter(websocketUrlpatterns(chat)))
  const server = new ProtocolServer(application, options)
  onTestFinished(() => server.close())
  const port = await server.listen(0, "localhost")
  return async (room, headers, name) => {
    const url = `ws://localhost:${port}/ws/chat/${room}/`
    const noted = { did: teller(), headers, name }
    const client = await SocketClient.open(url, noted)
    if (step) checkFrames(client, step, url)
    return client
  }
}
