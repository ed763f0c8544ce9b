import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { root } from "../folders.ts"
import { patienceMs } from "../patience.ts"
import { endChild, killAtExit } from "../processes/child.ts"
import { Output } from "../processes/output.ts"
import type { Django } from "./django.ts"

const folder = join(root, "docs/python/site")

const listening = /Listening on TCP address [\d.]+:(\d+)\s/
const startTimeoutMs = 25_000

/** What a form carries, so that no other site can submit it. */
const tokenPattern = /name="csrfmiddlewaretoken" value="(\w+)"/

const prepare = `
import json, os
from django.contrib.auth.models import User
from django.core.management import call_command
call_command("migrate", verbosity=0)
for name in json.loads(os.environ["NAMES"]):
    User.objects.create_user(name, password=os.environ["PASSWORD"])`

/** The Django project in docs/python/site, served by Daphne. */
export class DjangoProcess {
  /** 0 before it was started. */
  port = 0
  private child: ChildProcess | undefined
  private printing: Output | undefined

  /** @param env with `DJANGO_SECRET_KEY`, and all that its settings read */
  constructor(
    private readonly django: Django,
    readonly env: NodeJS.ProcessEnv,
  ) {}

  /** Makes its tables, and users.
   * @throws Error with what it printed */
  async prepare(names: readonly string[], password: string): Promise<void> {
    const more = { NAMES: JSON.stringify(names), PASSWORD: password }
    const child = this.run(["manage.py", "shell", "--command", prepare], more)
    const output = new Output(child)
    await once(child, "close")
    if (child.exitCode === 0) return
    throw new Error(`Django has no tables. It printed:\n${output.text}`)
  }

  /** Listens on its port of before, or on any free one.
   * @param more for its environment, from now on
   * @throws Error with what it printed, if it does not start */
  async start(more: NodeJS.ProcessEnv = {}): Promise<void> {
    Object.assign(this.env, more)
    const where = ["-b", "127.0.0.1", "-p", String(this.port)]
    const child = this.run([
      "-m",
      "daphne",
      ...where,
      "mysite.asgi:application",
    ])
    this.child = child
    this.printing = new Output(child)
    const late = AbortSignal.timeout(startTimeoutMs)
    const found = await this.printing.find(listening, late)
    if (!found) {
      await this.stop("SIGKILL")
      throw new Error(`Django does not start. It printed:\n${this.output}`)
    }
    this.port = Number(found[1])
  }

  /** All that it has printed since it was started. */
  get output(): string {
    return this.printing?.text ?? ""
  }

  /** Its origin. */
  get url(): string {
    return `http://localhost:${this.port}`
  }

  /** @returns a ws address */
  socketUrl(path: string): string {
    return `ws://localhost:${this.port}${path}`
  }

  /** @returns headers that make a client this person, here and on all other
   * ports. Channels refuses a client that names no origin
   * @throws Error if the login is refused */
  async logIn(username: string, password: string) {
    const answer = await this.submitLogin(username, password)
    const cookie = cookieIn(answer, "sessionid")
    if (cookie) return { cookie, origin: this.url }
    throw new Error(`Django's login answers ${answer.status}: no session`)
  }

  /** Submits the form of the login page.
   * @param next where to go afterwards */
  submitLogin(
    username: string,
    password: string,
    next = "",
  ): Promise<Response> {
    const fields = { username, password, next }
    return this.submit("/accounts/login/", fields)
  }

  /** Submits the form of the logout page. */
  async logOut(cookie: string): Promise<void> {
    await this.submit("/accounts/logout/", {}, cookie)
  }

  private async submit(
    path: string,
    fields: Readonly<Record<string, string>>,
    cookie = "",
  ): Promise<Response> {
    const signal = AbortSignal.timeout(patienceMs)
    const headers = { cookie }
    const page = await fetch(this.url + path, { headers, signal })
    const [, token = ""] = tokenPattern.exec(await page.text()) ?? []
    const body = new URLSearchParams({ ...fields, csrfmiddlewaretoken: token })
    headers.cookie = `${cookie}; ${cookieIn(page, "csrftoken")}`
    const how = { method: "POST", body, redirect: "manual" } as const
    return fetch(this.url + path, { ...how, headers, signal })
  }

  /** Resolves when it is gone. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    const child = this.child
    if (!child || child.exitCode !== null || child.signalCode) return
    if (signal === "SIGTERM") return endChild(child)
    const exited = once(child, "exit")
    child.kill(signal)
    await exited
  }

  private run(words: string[], more: NodeJS.ProcessEnv = {}): ChildProcess {
    const child = spawn(this.django.python, words, {
      cwd: folder,
      // Nothing is left beside its files.
      env: {
        ...process.env,
        PYTHONDONTWRITEBYTECODE: "1",
        ...this.env,
        ...more,
      },
      stdio: ["ignore", "pipe", "pipe"],
    })
    killAtExit(child, "SIGKILL")
    return child
  }
}

/** @returns "name=value", or "" */
function cookieIn(answer: Response, name: string): string {
  const all = answer.headers.getSetCookie().map((it) => it.split(";")[0] ?? "")
  return all.find((it) => it.startsWith(`${name}=`)) ?? ""
}
