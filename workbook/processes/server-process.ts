import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { join, resolve } from "node:path"
import { root, stepsFolder } from "../folders.ts"
import { patienceMs } from "../patience.ts"
import { Unmet } from "../unmet.ts"
import { endChild, killAtExit } from "./child.ts"
import { Output } from "./output.ts"

/** A step's server in its own process, as a person would run it. */
export class ServerProcess {
  port = 0
  private isStopped = false
  private readonly printing: Output
  private readonly exited: Promise<number | NodeJS.Signals>

  private constructor(private readonly child: ChildProcess) {
    this.printing = new Output(child)
    this.exited = once(child, "exit").then(([code, signal]) => code ?? signal)
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
    const listening = /^Listening on http:\/\/localhost:(\d+)\//m
    try {
      const [, port] = await server.printed(listening, 25_000)
      server.port = Number(port)
      return server
    } catch (error) {
      await server.stop("SIGKILL")
      throw error
    }
  }

  /** All that it has printed so far, including errors. */
  get output(): string {
    return this.printing.text
  }

  get pid(): number {
    return this.child.pid as number
  }

  /** Whether it has ended although no test has stopped it. */
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

  /** Resolves when it has printed something that matches.
   * @throws Error with what it printed, as soon as it ends instead */
  async printed(
    pattern: RegExp,
    timeoutMs = patienceMs,
  ): Promise<RegExpExecArray> {
    const late = AbortSignal.timeout(timeoutMs)
    const found = await this.printing.find(pattern, late)
    if (found) return found
    if (!late.aborted) {
      throw new Error(`The server ended. It printed:\n${this.output.trim()}`)
    }
    throw new Unmet(
      `a line of the server that matches ${pattern}`,
      `none within ${timeoutMs / 1_000} s`,
    )
  }

  /** Resolves when it prints, or soon if it does not. */
  speaks(): Promise<void> {
    return this.printing.more(AbortSignal.timeout(300))
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
}
