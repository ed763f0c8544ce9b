import { randomUUID } from "node:crypto"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, beforeEach, onTestFinished } from "vitest"
import { ServerProcess } from "../../workbook/processes/server-process.ts"
import {
  HandshakeRefused,
  SocketClient,
  type SocketClientOptions,
} from "../../workbook/processes/socket-client.ts"
import { showWhatItPrinted } from "./failures.ts"
import { checkFrames } from "./frame-contract.ts"
import { did, teller } from "./story.ts"

/** What the servers of one chat share, and other servers do not use: a database
 * and names on Redis. */
interface Surroundings {
  readonly env: NodeJS.ProcessEnv
  remove(): Promise<void>
}

/** Which step a server runs. */
const steps = new WeakMap<ServerProcess, string>()

/** One server for all tests of a file.
 * @param more what its environment has besides its surroundings, or what returns
 * that once the hooks before it have run
 * @returns a function that returns it, within a test */
export function useServer(
  step: string,
  more: NodeJS.ProcessEnv | (() => NodeJS.ProcessEnv) = {},
): () => ServerProcess {
  let server: ServerProcess
  let surroundings: Surroundings
  beforeAll(async () => {
    surroundings = await makeSurroundings()
    const known = typeof more === "function" ? more() : more
    const env = { ...surroundings.env, ...known }
    server = await ServerProcess.start(step, env)
    steps.set(server, step)
  })
  beforeEach(() => showWhatItPrinted(server))
  afterAll(async () => {
    await server?.stop()
    await surroundings?.remove()
  })
  return () => server
}

/** A server for one test, stopped when the test ends. */
export async function startServer(
  step: string,
  env: NodeJS.ProcessEnv = {},
): Promise<ServerProcess> {
  const server = await ServerProcess.start(step, env)
  steps.set(server, step)
  showWhatItPrinted(server)
  onTestFinished(async () => {
    await server.stop("SIGKILL")
  })
  return server
}

/** The environment for the servers of one test. */
export async function ownEnvironment(): Promise<NodeJS.ProcessEnv> {
  const { env, remove } = await makeSurroundings()
  onTestFinished(remove)
  return env
}

/** How a handshake ends: "accepted", or "refused with 403". */
export async function handshake(
  server: ServerProcess,
  path: string,
  options?: SocketClientOptions,
): Promise<string> {
  try {
    const client = await connect(server, path, options)
    await client.close()
    return "accepted"
  } catch (error) {
    if (!(error instanceof HandshakeRefused)) throw error
    did(`the server answers ${error.status}: ${error.body.trim()}`)
    return `refused with ${error.status}`
  }
}

/** A client for one test, closed when the test ends.
 * @param options with a name, where a test has several */
export async function connect(
  server: ServerProcess,
  path: string,
  options: SocketClientOptions = {},
): Promise<SocketClient> {
  const client = await SocketClient.open(server.socketUrl(path), {
    did: teller(),
    ...options,
  })
  onTestFinished(() => client.socket.terminate())
  const step = steps.get(server)
  if (step) checkFrames(client, step, path)
  return client
}

async function makeSurroundings(): Promise<Surroundings> {
  const folder = await mkdtemp(join(tmpdir(), "workbook-"))
  return {
    env: {
      CHANNEL_PREFIX: `test-${randomUUID()}`,
      DATABASE_PATH: join(folder, "chat.sqlite3"),
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}
