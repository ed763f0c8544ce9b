import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { killAtExit } from "../processes/kill-at-exit.ts"

/** A Redis of our own, on a port of 127.0.0.1, that keeps nothing. */
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

  /** @returns whether it accepts connections; false if it ended instead */
  async start(): Promise<boolean> {
    const where = ["--port", String(this.port), "--bind", "127.0.0.1"]
    const keep = ["--save", "", "--appendonly", "no"]
    const child = spawn(this.binary, [...where, ...keep], {
      stdio: ["ignore", "pipe", "ignore"],
      // Ctrl-C is for the servers; their Redis is stopped after them.
      detached: true,
    })
    this.child = child
    killAtExit(child)
    const ended = new Promise<false>((resolve) => {
      child.once("error", () => resolve(false))
      child.once("exit", () => resolve(false))
    })
    return Promise.race([ready(child), ended])
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

/** Redis and Valkey log this line when they listen. */
function ready(child: ChildProcess): Promise<true> {
  let log = ""
  return new Promise((resolve) => {
    child.stdout?.on("data", (text) => {
      log = (log + text).slice(-10_000)
      if (/ready to accept connections/i.test(log)) resolve(true)
    })
  })
}
