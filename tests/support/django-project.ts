import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { afterAll, beforeAll } from "vitest"
import { root } from "../../workbook/folders.ts"
import { endChild, killAtExit } from "../../workbook/processes/child.ts"
import { did } from "./story.ts"
import { django } from "./with-django.ts"

const fixture = join(root, "tests/fixtures/django-login")

interface Session {
  readonly key: string
}

/** A real Django project with a database of its own. Each method does with
 * Django's own code what its name says. */
export class DjangoProject {
  private readonly lines: AsyncIterator<string>
  port = 0

  private constructor(
    private readonly child: ChildProcess & {
      readonly stdin: NodeJS.WritableStream
      readonly stdout: NodeJS.ReadableStream
    },
    private readonly folder: string,
  ) {
    const lines = createInterface({ input: child.stdout })
    this.lines = lines[Symbol.asyncIterator]()
  }

  /** @param wal whether its file is in SQLite's WAL mode */
  static async start({ wal = false } = {}): Promise<DjangoProject> {
    const own = await mkdtemp(join(tmpdir(), "workbook-"))
    const env = {
      ...process.env,
      DJANGO_SECRET_KEY: secretKey,
      DJANGO_DATABASE_PATH: join(own, "db.sqlite3"),
      PYTHONDONTWRITEBYTECODE: "1",
    }
    const program = django?.python ?? "python3"
    const child = spawn(program, [join(fixture, "project.py")], {
      env,
      stdio: ["pipe", "pipe", "inherit"],
    })
    killAtExit(child, "SIGKILL")
    const project = new DjangoProject(child, own)
    await project.ask("migrate", { wal })
    return project
  }

  async stop(): Promise<void> {
    await endChild(this.child)
    await rm(this.folder, { recursive: true, force: true })
  }

  /** What our server needs to know of it. */
  get env(): NodeJS.ProcessEnv {
    return {
      DJANGO_DATABASE_PATH: join(this.folder, "db.sqlite3"),
      DJANGO_SECRET_KEY: secretKey,
      DJANGO_URL: `http://localhost:${this.port || 9}`,
    }
  }

  /** @returns the user's id */
  async create(username: string): Promise<number> {
    return Number((await this.ask("create", { username })).id)
  }

  /** @returns the headers of a client that is logged in as that user */
  async login(user: number, more: object = {}): Promise<{ cookie: string }> {
    return cookieOf(await this.ask<Session>("login", { user, ...more }))
  }

  /** @returns the headers of a client that has a session with that data */
  async session(data: object, more: object = {}): Promise<{ cookie: string }> {
    return cookieOf(await this.ask<Session>("session", { data, ...more }))
  }

  async change(user: number, fields: object): Promise<void> {
    await this.ask("change", { user, ...fields })
  }

  async delete(user: number): Promise<void> {
    await this.ask("delete", { user })
  }

  async end({ cookie }: { readonly cookie: string }): Promise<void> {
    await this.ask("end", { key: keyOf(cookie) })
  }

  /** What Django itself reads in a session; undefined if it has ended. */
  async data({ cookie }: { readonly cookie: string }): Promise<unknown> {
    return (await this.ask("data", { key: keyOf(cookie) })).data
  }

  async sql(statement: string): Promise<void> {
    await this.ask("sql", { statement })
  }

  /** Serves its login and logout until the test ends. */
  async serve(): Promise<void> {
    this.port = Number((await this.ask("serve", {})).port)
  }

  /** Names the host that its login may lead back to. */
  async allow(chatHost: string): Promise<void> {
    await this.ask("chat_host", { host: chatHost })
  }

  private async ask<Answer = Readonly<Record<string, unknown>>>(
    what: string,
    how: object,
  ): Promise<Answer> {
    did(`Django does: ${what} ${JSON.stringify(how).slice(0, 100)}`)
    this.child.stdin.write(`${JSON.stringify({ do: what, ...how })}\n`)
    const { value, done } = await this.lines.next()
    if (done) {
      await once(this.child, "close").catch(() => {})
      throw new Error(`Django ended at ${what}`)
    }
    return JSON.parse(value)
  }
}

const secretKey = "the-key-of-today"

/** One project for all tests of a block, with its login and logout.
 * @returns a function that returns it, within a test */
export function useDjango(how: { readonly wal?: boolean } = {}) {
  let project: DjangoProject
  beforeAll(async () => {
    project = await DjangoProject.start(how)
    await project.serve()
  })
  afterAll(() => project?.stop())
  return () => project
}

function cookieOf({ key }: Session): { cookie: string } {
  return { cookie: `sessionid=${key}` }
}

function keyOf(cookie: string): string {
  return cookie.replace("sessionid=", "")
}
