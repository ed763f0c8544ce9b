import { randomBytes } from "node:crypto"
import { rmSync } from "node:fs"
import { join } from "node:path"
import { root } from "../folders.ts"
import type { Django } from "../machine/django.ts"
import { DjangoProcess } from "../machine/django-process.ts"
import { anyFreePort } from "../machine/free-port.ts"
import { ServerProcess } from "../processes/server-process.ts"
import { scratchFolder } from "../scratch-folder.ts"

export interface BesideOptions {
  readonly django: Django
  readonly step: string
  /** For both: `REDIS_URL`, `CHANNEL_PREFIX`, `CHANNEL_LAYER`. */
  readonly env: NodeJS.ProcessEnv
  /** Users of Django. */
  readonly names: readonly string[]
}

/** A Django server, and a step's server beside it: one Redis, one login. */
export class BesideDjango {
  private constructor(
    readonly site: DjangoProcess,
    /** Of all users. */
    readonly password: string,
    /** Of the step's server. */
    readonly env: NodeJS.ProcessEnv,
    private readonly step: string,
    private readonly folder: string,
    private running?: ServerProcess,
  ) {}

  /** Starts both.
   * @throws Error with what one of them printed */
  static async start(options: BesideOptions): Promise<BesideDjango> {
    const { django, step, names } = options
    const folder = scratchFolder(root, "django")
    const password = randomBytes(6).toString("base64url")
    const env = {
      ...options.env,
      DJANGO_SECRET_KEY: randomBytes(40).toString("base64url"),
      DJANGO_DATABASE_PATH: join(folder, "django.sqlite3"),
    }
    // Each links to the other, so one of the ports is chosen beforehand.
    const PORT = String(await anyFreePort())
    const CHAT_URL = `http://localhost:${PORT}`
    const site = new DjangoProcess(django, { ...env, CHAT_URL })
    const own: NodeJS.ProcessEnv = {
      ...env,
      PORT,
      DATABASE_PATH: join(folder, "chat.sqlite3"),
    }
    const both = new BesideDjango(site, password, own, step, folder)
    try {
      await site.prepare(names, password)
      await site.start()
      own.DJANGO_URL = site.url
      await both.startServer()
      return both
    } catch (error) {
      await both.stop()
      throw error
    }
  }

  /** The step's server. */
  get server(): ServerProcess {
    if (this.running) return this.running
    throw new Error("The server has not been started")
  }

  /** Starts the step's server on its port, after it was stopped. */
  async startServer(): Promise<ServerProcess> {
    this.running = await ServerProcess.start(this.step, this.env)
    return this.running
  }

  /** Stops both, and starts them with another layer.
   * @throws Error with what one of them printed */
  async switchTo(CHANNEL_LAYER: string): Promise<void> {
    await this.stopBoth()
    this.env.CHANNEL_LAYER = CHANNEL_LAYER
    await this.site.start({ CHANNEL_LAYER })
    await this.startServer()
  }

  /** Stops both, and deletes their databases. */
  async stop(): Promise<void> {
    await this.stopBoth()
    rmSync(this.folder, { recursive: true, force: true })
  }

  private async stopBoth(): Promise<void> {
    await Promise.all([this.site.stop(), this.running?.stop()])
  }
}
