import { randomUUID } from "node:crypto"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { CommandError } from "../workbook/command-error.ts"
import { root } from "../workbook/folders.ts"
import { ServerProcess } from "../workbook/processes/server-process.ts"
import { cores, pin } from "./pin.ts"
import type { Server } from "./servers.ts"

/** What servers need besides their program. */
export interface Surroundings {
  readonly redisUrl: string
  /** For databases. */
  readonly folder: string
  /** For profiles, if they are to be taken. */
  readonly profileFolder?: string | undefined
}

/** Hashing a password is slow on purpose, so the clients share a few users. */
const userCount = 4

/** Each of them does its work at SIGUSR2. */
const collector = pathToFileURL(join(root, "bench/collect-garbage.js")).href
const profiler = pathToFileURL(join(root, "bench/profiling/hook.js")).href

/** A server's processes, ready for clients. */
export class RunningServer {
  readonly cookies: string[] = []

  private constructor(readonly processes: readonly ServerProcess[]) {}

  /** @throws CommandError with what it printed, if it does not start */
  static async start(
    server: Server,
    surroundings: Surroundings,
  ): Promise<RunningServer> {
    const env = environmentOf(server, surroundings)
    const processes: ServerProcess[] = []
    try {
      // One after the other: the first one makes the database.
      while (processes.length < server.processes) {
        const { main, runner } = server
        const program = runner === undefined ? undefined : [runner]
        const process = await ServerProcess.run(main, env, program)
        pin(process.pid, cores.servers)
        processes.push(process)
      }
      const running = new RunningServer(processes)
      if (server.hasAccounts) await running.signUp()
      return running
    } catch (error) {
      await Promise.all(processes.map((process) => process.stop("SIGKILL")))
      const { message } = error as Error
      throw new CommandError(`${server.name} does not start.\n${message}`)
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.processes.map((process) => process.stop()))
  }

  private async signUp(): Promise<void> {
    const [server] = this.processes
    const url = `http://127.0.0.1:${server?.port}/signup/`
    for (let user = 0; user < userCount; user++) {
      const username = `bench-${user}`
      const fields = { username, password: "correct horse battery" }
      const body = new URLSearchParams(fields)
      const options = { method: "POST", body, redirect: "manual" } as const
      const answer = await fetch(url, options)
      const set = answer.headers.getSetCookie()
      const cookie = set.find((it) => it.startsWith("sessionid="))
      const [pair] = cookie?.split(";") ?? []
      if (!pair) throw new Error(`/signup/ answers ${answer.status}`)
      this.cookies.push(pair)
    }
  }
}

function environmentOf(
  server: Server,
  { redisUrl, folder, profileFolder }: Surroundings,
): NodeJS.ProcessEnv {
  const own = randomUUID()
  const hook = profileFolder === undefined ? collector : profiler
  const options = `${process.env.NODE_OPTIONS ?? ""} --import=${hook}`
  return {
    ...server.env,
    NODE_OPTIONS: options.trim(),
    NODE_ENV: "production",
    LIMITS: "off",
    TRACE: "",
    DATABASE_PATH: join(folder, `${own}.sqlite3`),
    CHANNEL_PREFIX: own,
    ...(profileFolder !== undefined && { PROFILE_FOLDER: profileFolder }),
    ...(server.processes > 1 ? { REDIS_URL: redisUrl } : { REDIS_URL: "" }),
  }
}
