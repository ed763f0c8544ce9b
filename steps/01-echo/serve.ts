import type { Application } from "./application.ts"
import { failToStart } from "./fail-to-start.ts"
import { ProtocolServer } from "./server.ts"
import type { Settings } from "./settings.ts"

export interface ServeOptions extends Settings {
  /** The address a person would begin with, like "/chat/". */
  readonly path: string
  /** Closed one after the other when the server has closed. */
  readonly closeAfter?: readonly { close(): Promise<void> }[]
}

/** After a signal the process ends within 2 s, whatever hangs. */
const patience = 1_900

/**
 * Runs the application until SIGINT or SIGTERM; resolves when it listens.
 * Mirrors the `daphne` command.
 */
export async function serve(
  application: Application,
  options: ServeOptions,
): Promise<void> {
  const server = new ProtocolServer(application)
  let stopping = false
  async function stop(): Promise<void> {
    if (stopping) return
    stopping = true
    setTimeout(() => process.exit(0), patience).unref()
    for (const part of [server, ...(options.closeAfter ?? [])]) {
      await part.close()
    }
    process.exit(0)
  }
  process.on("SIGINT", () => void stop())
  process.on("SIGTERM", () => void stop())
  const { host } = options
  const port = await server.listen(options.port, host).catch((error) => {
    return failToStart(whyNot(error, options))
  })
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
    return `Port ${port} needs an administrator: choose one above 1023.`
  }
  return `Cannot listen on ${host}, port ${port}: ${error.message}`
}
