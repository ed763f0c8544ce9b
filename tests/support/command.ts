import { spawn } from "node:child_process"
import { once } from "node:events"
import { setImmediate } from "node:timers/promises"
import { onTestFinished } from "vitest"
import { root } from "../../workbook/folders.ts"
import { Output } from "../../workbook/processes/output.ts"

export interface Finished {
  readonly code: number | null
  readonly output: string
}

/** A command as a person would type it, in its own process group. */
export class Command {
  private readonly child
  private readonly printing: Output
  private readonly ended: Promise<unknown>

  constructor(line: string, env: NodeJS.ProcessEnv = {}, cwd = root) {
    this.child = spawn(line, {
      cwd,
      env: { ...process.env, ...env },
      shell: true,
      stdio: ["pipe", "pipe", "pipe"],
      detached: true,
    })
    this.ended = once(this.child, "close")
    this.printing = new Output(this.child)
    onTestFinished(() => this.signal("SIGKILL"))
  }

  static async run(line: string, env?: NodeJS.ProcessEnv): Promise<Finished> {
    const command = new Command(line, env)
    command.child.stdin.end()
    return command.finished()
  }

  get output(): string {
    return this.printing.text
  }

  async printed(pattern: RegExp): Promise<RegExpExecArray> {
    const found = await this.printing.find(pattern)
    if (found) return found
    throw new Error(`The command ended. It printed:\n${this.output}`)
  }

  type(line: string): void {
    this.child.stdin.write(`${line}\n`)
  }

  get pid(): number {
    return this.child.pid as number
  }

  /** Sends a signal to all of its processes, as Ctrl-C does. */
  signal(signal: NodeJS.Signals): void {
    if (this.isRunning()) process.kill(-this.pid, signal)
  }

  /** Whether any of its processes is left. */
  isRunning(): boolean {
    try {
      return process.kill(-this.pid, 0)
    } catch {
      return false
    }
  }

  /** Waits until none is left. A process without its parent ends silently. */
  async gone(): Promise<void> {
    await this.ended
    while (this.isRunning()) await setImmediate()
  }

  async finished(): Promise<Finished> {
    await this.ended
    return { code: this.child.exitCode, output: this.output }
  }
}
