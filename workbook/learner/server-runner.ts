import { type ChildProcess, spawn } from "node:child_process"
import { root } from "../folders.ts"
import { endChild } from "../processes/end-child.ts"
import { killAtExit } from "../processes/kill-at-exit.ts"

/** The learner's own server, started again on the same port. */
export class ServerRunner {
  private child: ChildProcess | undefined

  /** @param main its program's path */
  constructor(
    private readonly main: string,
    private readonly port: number,
  ) {}

  async restart(): Promise<void> {
    await this.stop()
    this.child = spawn(process.execPath, ["--import", "tsx", this.main], {
      cwd: root,
      env: { ...process.env, PORT: String(this.port) },
      stdio: ["ignore", "inherit", "inherit"],
    })
    killAtExit(this.child, "SIGKILL")
  }

  async stop(): Promise<void> {
    if (this.child) await endChild(this.child)
  }
}
