import { randomUUID } from "node:crypto"
import { rmSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as delay } from "node:timers/promises"
import { root } from "../folders.ts"
import { ServerProcess } from "../processes/server-process.ts"
import { scratchFolder } from "../scratch-folder.ts"
import { BadNetwork } from "./bad-network.ts"
import { LadderClient, type Parts, type Shown } from "./ladder-client.ts"
import { signUp } from "./visitor.ts"

export interface LadderRun {
  readonly step: string
  readonly parts: Parts
  readonly env: NodeJS.ProcessEnv
  /** How long the clients write. */
  readonly writeMs: number
  /** Called when all clients are in the room. */
  onWriting?(): void
}

/** What was written, and what each client shows in the end. */
export interface Log {
  readonly written: readonly string[]
  readonly clients: readonly (readonly Shown[])[]
}

const clientCount = 10
/** Hashing a password is slow on purpose, so the clients share a few users. */
const userCount = 2
/** How often each client writes, and how long no connection breaks. */
const [writeEveryMs, calmMs] = [200, 650]
/** Longer than a heartbeat, with which a server finds what it has missed. */
const settleMs = 25_000
const theEnd = "the end"

/** Ten clients write to one room through two servers, over a bad network.
 * Halfway through, one of the servers is killed and started again.
 * @throws Error if the chat does not work again in the end */
export async function runLadder(run: LadderRun): Promise<Log> {
  const folder = scratchFolder(root, "demo")
  const env = {
    ...run.env,
    LIMITS: "off",
    CHANNEL_PREFIX: `demo-${randomUUID()}`,
    DATABASE_PATH: join(folder, "chat.sqlite3"),
  }
  const servers: ServerProcess[] = []
  const clients: LadderClient[] = []
  const network = new BadNetwork()
  async function start(): Promise<void> {
    servers.push(await ServerProcess.start(run.step, env))
    network.ports = servers.map(({ port }) => port)
  }
  try {
    await Promise.all([start(), start()])
    const port = await network.open()
    const users = await signUpAll(servers)
    for (let count = 0; count < clientCount; count++) {
      const url = () => `ws://localhost:${port}/ws/chat/demo/`
      const headers = users[count % userCount]
      clients.push(new LadderClient({ url, headers }, run.parts))
    }
    await until("are in the room", clients, ({ isSettled }) => isSettled)
    run.onWriting?.()
    const writing = write(clients, run.writeMs)
    const breaking = breakSome(network, run.writeMs)
    await delay(run.writeMs / 2)
    const [killed] = servers.splice(0, 1)
    network.ports = servers.map((server) => server.port)
    await killed?.stop("SIGKILL")
    await start()
    await breaking
    const written = await writing
    await until("are back", clients, ({ isSettled }) => isSettled)
    // What comes before it in the room has come when this has.
    clients[0]?.say(theEnd)
    const hasEnded = ({ shown }: LadderClient) => shown.at(-1)?.text === theEnd
    await until("show the last message", clients, hasEnded)
    return { written, clients: clients.map(({ shown }) => shown) }
  } finally {
    await Promise.all(clients.map((client) => client.close()))
    await network.close()
    await Promise.all(servers.map((server) => server.stop()))
    rmSync(folder, { recursive: true, force: true })
  }
}

async function signUpAll([server]: readonly ServerProcess[]) {
  if (!server) throw new Error("No server runs")
  const all = Array.from({ length: userCount }, (_, index) =>
    signUp(server, `user-${index}`),
  )
  return (await Promise.all(all)).map(({ cookie }) => ({ cookie }))
}

/** @returns all that was written */
async function write(
  clients: readonly LadderClient[],
  forMs: number,
): Promise<string[]> {
  const written: string[] = []
  const end = performance.now() + forMs
  await Promise.all(
    clients.map(async (client, index) => {
      for (let count = 1; performance.now() < end; count++) {
        await delay(writeEveryMs * (0.5 + Math.random()))
        const text = `${count} of client ${index}`
        written.push(text)
        client.say(text)
      }
    }),
  )
  return written
}

async function breakSome(network: BadNetwork, forMs: number): Promise<void> {
  const end = performance.now() + forMs
  while (performance.now() < end) {
    await delay(calmMs * (0.5 + Math.random()))
    await network.breakOne()
  }
}

async function until(
  what: string,
  clients: readonly LadderClient[],
  isSo: (client: LadderClient) => boolean,
): Promise<void> {
  const end = performance.now() + settleMs
  while (!clients.every(isSo)) {
    const count = clients.filter(isSo).length
    const late = `Only ${count} of ${clients.length} clients ${what}`
    if (performance.now() > end) throw new Error(late)
    await delay(20)
  }
}
