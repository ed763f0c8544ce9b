import { join } from "node:path"
import { describe, expect, onTestFinished, test, vi } from "vitest"
import { stepsFolder } from "../../workbook/folders.ts"
import type { ServerProcess } from "../../workbook/processes/server-process.ts"
import { post, signUp } from "../support/accounts.ts"
import { ask } from "../support/ask.ts"
import { Command } from "../support/command.ts"
import { useDjango } from "../support/django-project.ts"
import { djangoFile } from "../support/django-vectors.ts"
import { noteErrors } from "../support/failures.ts"
import { openBeside } from "../support/in-database.ts"
import { load } from "../support/load.ts"
import { RawRequest } from "../support/raw-request.ts"
import {
  connect,
  handshake,
  ownEnvironment,
  startServer,
  useServer,
} from "../support/servers.ts"
import { withDjango } from "../support/with-django.ts"

const { readDjangoSettings } = await load<
  typeof import("../../steps/11-django/login/settings.ts")
>("11-django/login/settings.ts")

const step = "11-django"
const ended = { code: 4001, reason: "Your session has ended" }

type Headers = Readonly<Record<string, string>>

/** Whether pages and sockets take these headers for a user's. */
async function isIn(server: ServerProcess, headers: Headers) {
  const socket = await handshake(server, "/ws/chat/lobby/", { headers })
  const { status } = await ask(server, "/chat/lobby/", { headers })
  const [accepted, found] = [socket === "accepted", status === 200]
  expect(found, "the page is as the socket").toBe(accepted)
  return accepted
}

/** A client in the room "lobby". */
function enter(server: ServerProcess, headers: Headers, name?: string) {
  return connect(server, "/ws/chat/lobby/", { headers, name })
}

/** Sends a message, and returns its author's name as it comes. */
async function say(server: ServerProcess, headers: Headers, message: string) {
  const client = await enter(server, headers)
  client.say(message)
  for (;;) {
    const frame = await client.nextFrame()
    if (frame.message === message) return String(frame.author)
  }
}

/** The last messages of the room, as "author: message". */
async function history(server: ServerProcess, headers: Headers) {
  const path = "/chat/lobby/messages/?before=1000"
  const answer = await ask(server, path, { headers })
  const { messages } = (await answer.json()) as { messages: Headers[] }
  return messages.map(({ author, message }) => `${author}: ${message}`)
}

withDjango.each([
  ["with Django's file as Django makes it", false],
  ["with Django's file in SQLite's WAL mode", true],
])("%s,", (_mode, wal) => {
  const django = useDjango({ wal })

  test("a person who is logged in at Django chats here, under the same name", async () => {
    const env = { ...(await ownEnvironment()), ...django().env }
    const server = await startServer(step, env)
    const [ann, bob] = [
      await django().create("ann"),
      await django().create("bob"),
    ]
    const headers = await django().login(ann)
    const bobs = await enter(server, await django().login(bob), "Bob")
    expect(await say(server, headers, "é and 😀")).toBe("ann")
    expect(await bobs.nextFrame()).toMatchObject({
      author: "ann",
      message: "é and 😀",
    })
    const page = await (await ask(server, "/chat/", { headers })).text()
    expect(page).toContain('<span id="username">ann</span>')
    expect(page).not.toContain("/password/")
    await django().change(ann, { username: "anna" })
    expect(await say(server, headers, "renamed")).toBe("anna")
    expect(await history(server, headers)).toEqual([
      "anna: é and 😀",
      "anna: renamed",
    ])
  })
})

withDjango("with a real Django,", () => {
  const django = useDjango()
  const server = useServer(step, () => django().env)

  /** Names are used once, because all tests share one project. */
  async function logIn(name: string, more?: object) {
    const id = await django().create(name)
    return { id, headers: await django().login(id, more) }
  }

  test("a session that is not a user's, or not this project's, is a visitor's", async () => {
    const { id, headers } = await logIn("visitors")
    const data = Object(await django().data(headers))
    const named = { ...data, _auth_user_id: "zero" }
    const all: Record<string, Headers> = {
      "of another SECRET_KEY": await django().login(id, { secret_key: "x" }),
      "that has expired": await django().session(data, { expires: -1 }),
      "of another salt": await django().session(data, { salt: "other" }),
      "of another serializer": await django().session(data, { pickled: true }),
      "of a visitor": await django().session({ basket: 1 }),
      "of an id that is no number": await django().session(named),
      "of no one": { cookie: "sessionid=0123456789abcdef0123456789abcdef" },
      "of strange bytes": { cookie: "sessionid=%00%ff'\";sessionid=x" },
    }
    for (const [what, other] of Object.entries(all)) {
      expect(await isIn(server(), other), what).toBe(false)
    }
    const same = await django().session(data)
    expect(await isIn(server(), same), "the same data, signed").toBe(true)
    const more = { x: "long ".repeat(9_999) }
    const long = await django().login(id, { more })
    expect(await isIn(server(), long), "a long session").toBe(true)
  })

  test("a session signed with an older key is open as long as that key is in the list", async () => {
    const { headers } = await logIn("older", { secret_key: "older" })
    expect(await isIn(server(), headers)).toBe(false)
    const more = { DJANGO_SECRET_KEY_FALLBACKS: "oldest,older" }
    const env = { ...(await ownEnvironment()), ...django().env, ...more }
    expect(await isIn(await startServer(step, env), headers)).toBe(true)
  })

  test.each<[string, (id: number, headers: { cookie: string }) => unknown]>([
    ["a logout", (_id, headers) => django().end(headers)],
    ["a new password", (id) => django().change(id, { password: "staple" })],
    [
      "the end of an account",
      (id) => django().change(id, { is_active: false }),
    ],
    ["the removal of an account", (id) => django().delete(id)],
  ])("open sockets end with 4001 soon after %s there", async (what, end) => {
    const stays = await logIn(`stays at ${what}`)
    const other = await enter(server(), stays.headers, "The other one")
    const { id, headers } = await logIn(what)
    const client = await enter(server(), headers)
    await end(id, headers)
    const before = performance.now()
    expect(await client.closed()).toEqual(ended)
    expect(performance.now() - before, "ms until it ends").toBeLessThan(3_000)
    expect(await isIn(server(), headers)).toBe(false)
    other.say("still here")
    expect((await other.nextFrame()).message).toBe("still here")
  })

  test("an open socket ends with 4001 soon after a new username there", async () => {
    const { id, headers } = await logIn("old-name")
    const stays = await logIn("keeps-the-name")
    const bob = await enter(server(), stays.headers, "Bob")
    const client = await enter(server(), headers)
    await django().change(id, { username: "new-name" })
    const other = await logIn("old-name")
    expect(await client.closed()).toEqual(ended)
    expect(await say(server(), headers, "renamed")).toBe("new-name")
    expect(await say(server(), other.headers, "another user")).toBe("old-name")
    expect(bob.socket.readyState, "Bob's socket is open").toBe(1)
  })

  test("an account here with the same name is another author", async () => {
    const { DJANGO_DATABASE_PATH, ...others } = django().env
    const without = { ...(await ownEnvironment()), ...others }
    const env = { ...without, DJANGO_DATABASE_PATH }
    const { headers } = await logIn("ann")

    const alone = await startServer(step, without)
    const account = await signUp(alone, "ann")
    expect(await say(alone, account, "from here")).toBe("ann")
    expect(await isIn(alone, headers), "a session of Django").toBe(false)
    await alone.stop()

    const beside = await startServer(step, env)
    expect(await isIn(beside, account), "our own session").toBe(false)
    expect(await say(beside, headers, "from Django")).toBe("ann")
    expect(await history(beside, headers)).toEqual([
      "ann (here): from here",
      "ann: from Django",
    ])
    await beside.stop()

    const again = await startServer(step, without)
    expect(await history(again, account)).toEqual([
      "ann: from here",
      "ann (Django): from Django",
    ])
  })

  test("a new user who comes to two servers at once is one author", async () => {
    const env = { ...(await ownEnvironment()), ...django().env }
    const one = await startServer(step, env)
    const other = await startServer(step, env)
    const { id, headers } = await logIn("new")
    const authors = await Promise.all([
      say(one, headers, "here"),
      say(other, headers, "there"),
    ])
    expect(authors).toEqual(["new", "new"])
    const database = await openBeside(env)
    const names = await database.all("SELECT username FROM users")
    expect(names).toEqual([{ username: `django:${id}` }])
  })

  test("while Django's database is locked, new visits get 503 and open sockets go on", async () => {
    const { headers } = await logIn("locked")
    const client = await enter(server(), headers)
    await django().sql("BEGIN EXCLUSIVE")
    try {
      const answer = await ask(server(), "/chat/", { headers })
      expect(answer.status).toBe(503)
      expect(answer.headers.get("retry-after")).toBe("2")
      expect(await answer.text()).toContain("Logins cannot be checked now.")
      const socket = await handshake(server(), "/ws/chat/lobby/", { headers })
      expect(socket).toBe("refused with 503")
      client.say("still here")
      expect((await client.nextFrame()).message).toBe("still here")
    } finally {
      await django().sql("ROLLBACK")
    }
    expect(await isIn(server(), headers)).toBe(true)
  })

  test.each([
    ["/login/", "/chat/"],
    ["/login/?next=%2Fchat%2Ftea%2F%3Fx%3D1", "/chat/tea/?x=1"],
    ["/signup/?next=/chat/tea/", "/chat/tea/"],
    ["/password/", "/chat/"],
    ["/login/?next=//evil.example/", "/chat/"],
    ["/login/?next=/\\evil.example/", "/chat/"],
    ["/login/?next=\\\\evil.example/", "/chat/"],
    ["/login/?next=https:evil.example", "/chat/"],
    ["/login/?next=https://evil.example/", "/chat/"],
    ["/login/?next=/%09/evil.example/", "/chat/"],
  ])("%s leads to Django's login, and from there to %s", async (path, back) => {
    for (const method of ["GET", "POST"]) {
      const { status, headers } = await ask(server(), path, { method })
      expect(status, method).toBe(302)
      const login = new URL(headers.get("location") ?? "")
      expect(login.origin).toBe(django().env.DJANGO_URL)
      expect(login.pathname).toBe("/accounts/login/")
      expect(login.searchParams.get("next")).toBe(server().url(back))
    }
  })

  test("a request for the login page that names no real host gets 400", async () => {
    const head = ["GET /login/ HTTP/1.1", "Host: a b", "Connection: close"]
    const request = await RawRequest.send(server().port, head)
    expect(await request.status()).toBe(400)
    expect((await ask(server(), "/login/")).status).toBe(302)
  })

  test("the login page leads a person who is logged in to the room", async () => {
    const { headers } = await logIn("leads")
    const path = "/login/?next=/chat/tea/"
    const answer = await ask(server(), path, { headers })
    expect(answer.headers.get("location")).toBe("/chat/tea/")
  })

  test("a logout here is a logout at Django", async () => {
    const { headers } = await logIn("leaves")
    const client = await enter(server(), headers)
    const answer = await post(server(), "/logout/", {}, headers)
    expect(answer.status).toBe(303)
    expect(answer.headers.get("location")).toBe("/login/")
    expect(answer.headers.getSetCookie().join()).toMatch(/^sessionid=;/)
    expect(await django().data(headers)).toBe(null)
    expect(await client.closed()).toEqual(ended)
    const again = await post(server(), "/logout/", {}, headers)
    expect(again.status, "of no session").toBe(303)
  })

  test("a logout while Django is away is a 503, and the browser forgets the session", async () => {
    const more = { DJANGO_URL: "http://localhost:9" }
    const env = { ...(await ownEnvironment()), ...django().env, ...more }
    const without = await startServer(step, env)
    const { headers } = await logIn("cannot leave")
    const answer = await post(without, "/logout/", {}, headers)
    expect(answer.status).toBe(503)
    expect(await answer.text()).toContain("You may still be logged in")
    expect(answer.headers.getSetCookie().join()).toMatch(/^sessionid=;/)
  })
})

describe("a wrong setting ends the server with a sentence:", () => {
  /** What the server prints before it ends with the code 2. */
  async function refusal(env: NodeJS.ProcessEnv): Promise<string> {
    const { path } = await djangoFile()
    const all = {
      ...(await ownEnvironment()),
      DJANGO_DATABASE_PATH: path,
      DJANGO_SECRET_KEY: "key",
      DJANGO_URL: "http://localhost:8001",
      PORT: "0",
      ...env,
    }
    const file = join(stepsFolder, step, "main.ts")
    const main = `"${process.execPath}" --import tsx "${file}"`
    const { code, output } = await Command.run(main, all)
    expect(code).toBe(2)
    expect(output).not.toContain("    at ")
    return output
  }

  test.each([
    [{ DJANGO_SECRET_KEY: "" }, "so DJANGO_SECRET_KEY is needed"],
    [{ DJANGO_DATABASE_PATH: "/no/such.sqlite3" }, "there is no such file"],
    [{ DJANGO_DATABASE_PATH: "package.json" }, "file is not a database"],
  ])("%j", async (env, sentence) => {
    expect(await refusal(env)).toContain(sentence)
  })

  test.each([
    [{ DJANGO_URL: "" }, "so DJANGO_URL is needed"],
    [{ DJANGO_URL: "localhost:8001" }, "write it like http://localhost:8001"],
    [{ DJANGO_URL: "http://a/path" }, "write it like http://localhost:8001"],
    [{ DJANGO_URL: "ftp://a" }, "write it like http://localhost:8001"],
    [{ DJANGO_LOGIN_URL: "login" }, "write a path like /accounts/login/"],
    [{ DJANGO_LOGIN_URL: "//evil" }, "write a path like /accounts/login/"],
    [{ DJANGO_LOGIN_URL: "/\\evil" }, "write a path like /accounts/login/"],
    [{ DJANGO_LOGOUT_URL: "bye" }, "write a path like /accounts/logout/"],
    [{ DJANGO_SESSION_COOKIE_NAME: "a b" }, "write a name like sessionid"],
  ])("%j, as it is read", (env, sentence) => {
    const printed = noteErrors()
    const exit = vi.spyOn(process, "exit").mockImplementation((code) => {
      throw new Error(`The process ends with ${code}`)
    })
    onTestFinished(() => exit.mockRestore())
    const all = {
      DJANGO_DATABASE_PATH: "db.sqlite3",
      DJANGO_SECRET_KEY: "key",
      DJANGO_URL: "http://localhost:8001",
      ...env,
    }
    expect(() => readDjangoSettings(all)).toThrow("ends with 2")
    expect(printed.join()).toContain(sentence)
  })

  test("without DJANGO_DATABASE_PATH, the others are not read", () => {
    const env = { DJANGO_URL: "no address" }
    expect(readDjangoSettings(env)).toBe(undefined)
  })
})

test("no one can sign up here under the name of a row of Django's users", async () => {
  const server = await startServer(step, await ownEnvironment())
  const fields = { username: "django:17", password: "correct horse" }
  expect((await post(server, "/signup/", fields)).status).toBe(400)
  expect((await post(server, "/login/", fields)).status).toBe(400)
})
