import { join } from "node:path"
import { onTestFinished } from "vitest"
import { root, stepsFolder } from "../../workbook/folders.ts"
import { Command } from "./command.ts"
import { did } from "./story.ts"

/** The worker of step 11 in its own process, for one test. */
export class Worker {
  private constructor(private readonly command: Command) {}

  /** Resolves when it has begun. */
  static async start(
    env: NodeJS.ProcessEnv,
    program = join(stepsFolder, "11-django/worker.ts"),
  ): Promise<Worker> {
    const line = `exec "${process.execPath}" --import tsx "${program}"`
    const worker = new Worker(new Command(line, env, root))
    await worker.printed(/Working for the channel "dice"/)
    did("a worker has started")
    return worker
  }

  get output(): string {
    return this.command.output
  }

  async printed(pattern: RegExp): Promise<void> {
    await this.command.printed(pattern)
  }

  /** It does nothing until `goOn`, as if its event loop were blocked. */
  freeze(): void {
    did("the worker hangs")
    this.command.signal("SIGSTOP")
    onTestFinished(() => this.command.signal("SIGCONT"))
  }

  goOn(): void {
    did("the worker goes on")
    this.command.signal("SIGCONT")
  }

  /** @returns its exit code; null if it was killed */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> {
    did(`the worker gets ${signal}`)
    this.command.signal(signal)
    const { code } = await this.command.finished()
    return code
  }
}
