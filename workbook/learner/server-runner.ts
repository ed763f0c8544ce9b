import { type ChildProcess, spawn } from "node:child_process"
import { createInterface } from "node:readline"
import { root } from "../folders.ts"
import { endChild, killAtExit } from "../processes/child.ts"
import { noteRunning } from "../running.ts"
import { styled } from "../style.ts"

/** The learner's own server, restarted on the same port. Its output is
 * marked, and waits while a check prints. */
export class ServerRunner {
  private child: ChildProcess | undefined
  private held: string[] | undefined

  /** @param main its program's path */
  constructor(
    private readonly main: string,
    private readonly port: number,
  ) {}

  async restart(): Promise<void> {
    await this.stop()
    if (this.held) this.held = [] // of the previous server
    const child = spawn(process.execPath, ["--import", "tsx", this.main], {
      cwd: root,
      env: { ...process.env, PORT: String(this.port) },
      stdio: ["ignore", "pipe", "pipe"],
    })
    this.child = child
    killAtExit(child, "SIGKILL")
    for (const stream of [child.stdout, child.stderr]) {
      const lines = createInterface({ input: stream })
      lines.on("line", (line) => this.print(line))
    }
    child.on("exit", (code) => {
      if (child === this.child && code) this.print("It ended: see above.")
    })
  }

  async stop(): Promise<void> {
    const { child } = this
    this.child = undefined
    if (child) await endChild(child)
  }

  /** Keeps what the server prints until `release`. */
  hold(): void {
    this.held ??= []
  }

  release(): void {
    const lines = this.held ?? []
    this.held = undefined
    for (const line of lines) this.print(line)
  }

  private print(line: string): void {
    const [, port] = /^Listening on http:\/\/localhost:(\d+)\//.exec(line) ?? []
    if (port) noteRunning(Number(port))
    if (this.held) this.held.push(line)
    else console.log(`${styled("dim", "your server ")} ${line}`)
  }
}
