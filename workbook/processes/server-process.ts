import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { join, resolve } from "node:path"
import { root, stepsFolder } from "../folders.ts"
import { patienceMs } from "../patience.ts"
import { Unmet } from "../unmet.ts"
import { endChild } from "./end-child.ts"
import { killAtExit } from "./kill-at-exit.ts"

/** A step's server in a process of its own, as a person would run it. */
export class ServerProcess {
  /** All that it has printed so far, errors included. */
  output = ""
  port = 0
  private isStopped = false
  private readonly exited: Promise<number | NodeJS.Signals>
  /** Comes after the last of the output, which `exited` may not. */
  private readonly closed: Promise<unknown>

  private constructor(private readonly child: ChildProcess) {
    this.exited = once(child, "exit").then(([code, signal]) => code ?? signal)
    this.closed = once(child, "close")
  }

  /**
   * Starts a step of the folder under test on any free port.
   * @param step like "04-groups"
   * @throws Error with what it printed, as soon as it ends instead
   */
  static start(step: string, env?: NodeJS.ProcessEnv): Promise<ServerProcess> {
    return ServerProcess.run(join(stepsFolder, step, "main.ts"), env)
  }

  /** The same for any program that prints where it listens, as `serve` does.
   * @param main relative to the root
   * @param program what runs it, with its arguments: Node with tsx */
  static async run(
    main: string,
    env: NodeJS.ProcessEnv = {},
    program = [process.execPath, "--import", "tsx"],
  ): Promise<ServerProcess> {
    const [command = "", ...words] = program
    const child = spawn(command, [...words, resolve(root, main)], {
      cwd: root,
      env: { ...process.env, PORT: "0", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    })
    killAtExit(child, "SIGKILL")
    const server = new ServerProcess(child)
    try {
      await server.listening()
    } catch (error) {
      await server.stop("SIGKILL")
      throw error
    }
    return server
  }

  get pid(): number {
    return this.child.pid as number
  }

  /** Whether it is gone though nobody has stopped it. */
  get hasCrashed(): boolean {
    const { exitCode, signalCode } = this.child
    return !this.isStopped && (exitCode !== null || signalCode !== null)
  }

  /** @returns an http address */
  url(path: string): string {
    return `http://localhost:${this.port}${path}`
  }

  /** @returns a ws address */
  socketUrl(path: string): string {
    return `ws://localhost:${this.port}${path}`
  }

  /** Resolves when it has printed something that matches. */
  async printed(
    pattern: RegExp,
    timeoutMs = patienceMs,
  ): Promise<RegExpExecArray> {
    const late = AbortSignal.timeout(timeoutMs)
    for (;;) {
      const found = pattern.exec(this.output)
      if (found) return found
      if (late.aborted) {
        throw new Unmet(
          `a line of the server that matches ${pattern}`,
          `none within ${timeoutMs / 1_000} s`,
        )
      }
      await this.printsMore(late)
    }
  }

  /** Resolves when it prints, or soon where it does not. */
  async speaks(): Promise<void> {
    const signal = AbortSignal.timeout(300)
    await once(this.child, "output", { signal }).catch(() => {})
  }

  /** @returns its exit code, or the signal that ended it */
  async stop(
    signal: NodeJS.Signals = "SIGTERM",
  ): Promise<number | NodeJS.Signals> {
    this.isStopped = true
    if (signal === "SIGTERM") await endChild(this.child)
    else this.child.kill(signal)
    return this.exited
  }

  private async listening(): Promise<void> {
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding("utf8")
      stream?.on("data", (text) => {
        this.output += text
        this.child.emit("output")
      })
    }
    const listening = /^Listening on http:\/\/localhost:(\d+)\//m
    const line = await this.printed(listening, 25_000)
    this.port = Number(line[1])
  }

  private async printsMore(late: AbortSignal): Promise<void> {
    const stop = new AbortController()
    const signal = AbortSignal.any([stop.signal, late])
    await Promise.race([
      once(this.child, "output", { signal }).catch(() => {}),
      this.closed.then(() => this.failed()),
    ])
    stop.abort()
  }

  private failed(): never {
    throw new Error(`The server ended. It printed:\n${this.output.trim()}`)
  }
}
