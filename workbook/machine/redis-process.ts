import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { killAtExit } from "../processes/child.ts"
import { Output } from "../processes/output.ts"
import { anyFreePort } from "./free-port.ts"

/** Our own Redis on a port of 127.0.0.1, which stores nothing. */
export class RedisProcess {
  readonly url: string
  private child: ChildProcess | undefined

  /** @param binary the path of a redis-server or valkey-server */
  constructor(
    private readonly binary: string,
    private readonly port: number,
  ) {
    this.url = `redis://127.0.0.1:${port}`
  }

  /** A Redis on a free port, which Redis cannot choose by itself. */
  static async onFreePort(binary: string): Promise<RedisProcess> {
    return new RedisProcess(binary, await anyFreePort())
  }

  /** @returns whether it accepts connections; false if it ended instead */
  async start(): Promise<boolean> {
    const where = ["--port", String(this.port), "--bind", "127.0.0.1"]
    const keep = ["--save", "", "--appendonly", "no"]
    const child = spawn(this.binary, [...where, ...keep], {
      stdio: ["ignore", "pipe", "ignore"],
      // Ctrl-C is for the servers. Their Redis is stopped after them.
      detached: true,
    })
    this.child = child
    killAtExit(child)
    child.once("error", () => {}) // the return value says so
    // Redis and Valkey log this line when they listen.
    const ready = /ready to accept connections/i
    return (await new Output(child).find(ready)) !== undefined
  }

  get pid(): number | undefined {
    return this.child?.pid
  }

  signal(signal: NodeJS.Signals): void {
    this.child?.kill(signal)
  }

  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    const child = this.child
    if (!child?.pid || child.exitCode !== null || child.signalCode) return
    const exited = once(child, "exit")
    child.kill(signal)
    await exited
  }
}
