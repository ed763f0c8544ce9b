import type { Application } from "../application.ts"
import { failToStart } from "./fail-to-start.ts"
import { ProtocolServer } from "./protocol-server.ts"
import type { ServerOptions } from "./server-options.ts"
import type { Settings } from "./settings.ts"

export interface ServeOptions extends Settings, ServerOptions {
  /** The path of the address to open first, like "/chat/". */
  readonly path: string
  /** Closed in this order when the server has closed. */
  readonly closeAfter?: readonly { close(): Promise<void> }[]
}

/** Extra time for closing the layer and the database, after the sockets. */
const closingMs = 900

/** Runs the application until SIGINT or SIGTERM; resolves when it listens.
 * Mirrors the `daphne` command. */
export async function serve(
  application: Application,
  options: ServeOptions,
): Promise<void> {
  const { withinMs = 1_000, onSecondSignal } = options.stop ?? {}
  const server = new ProtocolServer(application, options)
  let isStopping = false
  async function stop(): Promise<void> {
    if (isStopping) return onSecondSignal?.()
    isStopping = true
    // The process ends even if something hangs.
    setTimeout(() => process.exit(0), withinMs + closingMs).unref()
    for (const part of [server, ...(options.closeAfter ?? [])]) {
      await part.close().catch(console.error)
    }
    process.exit(0)
  }
  process.on("SIGINT", () => void stop())
  process.on("SIGTERM", () => void stop())
  const port = await server
    .listen(options.port, options.host)
    .catch((error) => failToStart(whyNot(error, options)))
  console.log(`Listening on http://localhost:${port}${options.path}`)
}

function whyNot(error: NodeJS.ErrnoException, options: Settings): string {
  const { host, port } = options
  if (error.code === "EADDRINUSE") {
    return (
      `Port ${port} is taken by another program: stop that one, or choose ` +
      `another port with PORT=${port + 1}.`
    )
  }
  if (error.code === "EACCES") {
    return `Port ${port} is for administrators only: choose one above 1023.`
  }
  return `Cannot listen on ${host}, port ${port}: ${error.message}`
}
