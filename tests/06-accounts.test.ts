import { Redis } from "ioredis"
import { describe, expect, onTestFinished, test } from "vitest"
import type { Application, Scope } from "../steps/01-echo/application.ts"
import { logIn, post, signUp } from "./support/accounts.ts"
import { ask } from "./support/ask.ts"
import { inDatabase } from "./support/in-database.ts"
import { load } from "./support/load.ts"
import { ownRedis } from "./support/own-redis.ts"
import { RawRequest } from "./support/raw-request.ts"
import {
  connect,
  handshake,
  ownEnvironment,
  startServer,
  useServer,
} from "./support/servers.ts"

const server = useServer("06-accounts")
const password = "correct horse"
const room = "/ws/chat/lobby/"

describe("signing up", () => {
  test("begins a session, in a cookie that scripts cannot read", async () => {
    const fields = { username: "ann", password, next: "/chat/a%20b/?x=1" }
    const answer = await post(server(), "/signup/", fields)
    expect(answer.status).toBe(303)
    expect(answer.headers.get("location")).toBe("/chat/a%20b/?x=1")
    const [cookie] = answer.headers.getSetCookie()
    expect(cookie).toMatch(
      /^sessionid=[\w-]{43}; Max-Age=1209600; Path=\/; HttpOnly; SameSite=Lax$/,
    )
  })

  test.each([
    ["a taken name", { username: "taken", password }, "is taken"],
    ["it in capitals", { username: "TAKEN", password }, "is taken"],
    [
      "other letters in capitals",
      { username: "STRASSE", password },
      "is taken",
    ],
    ["a final sigma", { username: "Οδος", password }, "is taken"],
    ["it in wide letters", { username: "ｔａｋｅｎ", password }, "is taken"],
    ["a capital ß", { username: "STRAẞE", password }, "is taken"],
    [
      "a hidden letter",
      { username: "taken\u3164", password },
      "1 to 150 letters",
    ],
    ["no name", { username: " ", password }, "1 to 150 letters"],
    ["a name with a space", { username: "a b", password }, "1 to 150 letters"],
    [
      "a short password",
      { username: "short", password: "1234567" },
      "at least 8",
    ],
    ["no fields", {}, "1 to 150 letters"],
  ])("with %s says so, and keeps the name", async (_what, fields, problem) => {
    for (const name of ["taken", "straße", "ΟΔΟΣ"]) {
      await signUp(server(), name).catch(() => {})
    }
    const answer = await post(server(), "/signup/", fields)
    expect(answer.status).toBe(400)
    const html = await answer.text()
    expect(html).toContain(problem)
    const { username } = { username: "", ...fields }
    const shown = username.trim().normalize("NFKC")
    expect(html).toContain(`value="${shown}"`)
    expect(html).not.toContain(password)
  })

  test("at the same moment gives a name to one only", async () => {
    const fields = { username: "race", password }
    const answers = await Promise.all(
      [1, 2, 3].map(() => post(server(), "/signup/", fields)),
    )
    const statuses = answers.map(({ status }) => status)
    expect(statuses.sort()).toEqual([303, 400, 400])
  })

  test("stores no password that could be read", async () => {
    const { hashPassword, verifyPassword } = await load<
      typeof import("../steps/06-accounts/passwords.ts")
    >("06-accounts/passwords.ts")
    const hash = await hashPassword("pâssword")
    expect(hash).not.toContain("pâssword")
    expect(hash).not.toBe(await hashPassword("pâssword"))
    expect(await verifyPassword("pâssword".normalize("NFD"), hash)).toBe(true)
    expect(await verifyPassword("password", hash)).toBe(false)
    expect(await verifyPassword("", "")).toBe(false)
  })
})

describe("logging in and out", () => {
  test("gives a new session, and ends the one before", async () => {
    const first = await signUp(server(), "fixed")
    const answer = await post(
      server(),
      "/login/",
      { username: "fixed", password },
      first,
    )
    expect(answer.status).toBe(303)
    const [cookie = ""] = answer.headers.getSetCookie()
    expect(cookie).not.toContain(first.cookie)
    const headers = first
    expect(await handshake(server(), room, { headers })).toBe(
      "refused with 403",
    )
  })

  test("takes no key that somebody else has chosen", async () => {
    await signUp(server(), "victim")
    const planted = { cookie: "sessionid=planted" }
    const fields = { username: "victim", password }
    const answer = await post(server(), "/login/", fields, planted)
    expect(answer.headers.getSetCookie()[0]).not.toContain("planted")
    const headers = planted
    expect(await handshake(server(), room, { headers })).toBe(
      "refused with 403",
    )
  })

  test("needs the right name and the right password", async () => {
    await signUp(server(), "right")
    for (const [username, tried] of [
      ["right", "wrong password"],
      ["nobody", password],
    ] as const) {
      const fields = { username, password: tried }
      const answer = await post(server(), "/login/", fields)
      expect(answer.status).toBe(400)
      expect(answer.headers.getSetCookie()).toEqual([])
      expect(await answer.text()).toContain("no account with that username and")
    }
  })

  test("logging out ends the session", async () => {
    const headers = await signUp(server(), "leaver")
    const answer = await post(server(), "/logout/", {}, headers)
    expect(answer.status).toBe(303)
    expect(answer.headers.getSetCookie()[0]).toMatch(/^sessionid=; Max-Age=0/)
    expect(await handshake(server(), room, { headers })).toBe(
      "refused with 403",
    )
  })

  test("logging out clears the cookie even if the session stays", async () => {
    const env = await ownEnvironment()
    const server = await startServer("06-accounts", env)
    const headers = await signUp(server, "leaver")
    await inDatabase(
      env,
      `CREATE TRIGGER full BEFORE DELETE ON sessions
       BEGIN SELECT RAISE(ABORT, 'the disk is full'); END`,
    )
    const answer = await post(server, "/logout/", {}, headers)
    expect(answer.status).toBe(500)
    expect(answer.headers.getSetCookie()[0]).toMatch(/^sessionid=; Max-Age=0/)
  })

  test("upper and lower case of a name are one, in all letters", async () => {
    await signUp(server(), "Žofia")
    expect((await logIn(server(), "žOFIA")).cookie).toMatch(/^sessionid=/)
  })

  test("works in a request that asks for another upgrade", async () => {
    await signUp(server(), "java")
    const body = new URLSearchParams({ username: "java", password }).toString()
    // As Java's client sends a form by default.
    const request = await RawRequest.send(server().port, [
      "POST /login/ HTTP/1.1",
      `Host: localhost:${server().port}`,
      "Connection: Upgrade, HTTP2-Settings",
      "Upgrade: h2c",
      "HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA",
      "Content-Type: application/x-www-form-urlencoded",
      `Content-Length: ${body.length}`,
    ])
    request.write(Buffer.from(body))
    expect(await request.status()).toBe(303)
  })

  test("is answered before its connection becomes a socket, or not at all", async () => {
    await signUp(server(), "hasty")
    const host = `Host: localhost:${server().port}`
    const body = new URLSearchParams({ username: "hasty", password }).toString()
    const request = await RawRequest.send(server().port, [
      "POST /login/ HTTP/1.1",
      host,
      "Content-Type: application/x-www-form-urlencoded",
      `Content-Length: ${body.length}`,
      "",
      `${body}GET ${room} HTTP/1.1`,
      host,
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
      `Cookie: ${(await signUp(server(), "hastier")).cookie}`,
    ])
    expect(await request.all()).not.toMatch(/101 Switching.*HTTP\/1.1 /s)
  })

  test.each([
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example/",
    "/.//evil.example/",
    "/a/..//evil.example/",
    "/%2e//evil.example/",
    "/\t/evil.example/",
    "javascript:alert(1)",
    "chat/",
  ])("never leads to %s", async (next) => {
    await signUp(server(), "wanderer").catch(() => {})
    const fields = { username: "wanderer", password, next }
    const answer = await post(server(), "/login/", fields)
    expect(answer.headers.get("location")).toBe("/chat/")
  })
})

describe("visitors", () => {
  test("are sent to the login page, and from there back", async () => {
    const answer = await ask(server(), "/chat/a%20b/?x=1")
    expect(answer.status).toBe(302)
    const location = answer.headers.get("location") ?? ""
    expect(location).toBe("/login/?next=%2Fchat%2Fa%2520b%2F%3Fx%3D1")
    const page = await (await ask(server(), location)).text()
    expect(page).toContain('value="/chat/a%20b/?x=1"')
  })

  test.each([
    ["no cookie", {}],
    ["a made-up session", { cookie: "sessionid=made-up" }],
  ])("with %s get no socket", async (_what, headers) => {
    expect(await handshake(server(), room, { headers })).toBe(
      "refused with 403",
    )
  })
})

test("a visitor who is refused costs Redis nothing", async () => {
  const redis = await ownRedis()
  const env = { ...(await ownEnvironment()), REDIS_URL: redis.url }
  const server = await startServer("06-accounts", env)
  const own = new Redis(redis.url)
  onTestFinished(() => own.disconnect())
  const commands = async () => {
    const stats = await own.info("commandstats")
    return stats.match(/cmdstat_(un)?subscribe/g) ?? []
  }
  for (const path of [room, "/ws/chat/a%2Fb/", "/no/such/socket/"]) {
    expect(await handshake(server, path)).toBe("refused with 403")
  }
  const headers = await signUp(server, "ann")
  for (const path of ["/ws/chat/a%2Fb/", "/no/such/socket/"]) {
    expect(await handshake(server, path, { headers })).toBe("refused with 404")
  }
  expect(await commands()).toEqual([])
  await connect(server, room, { headers })
  expect(await commands()).toEqual(["cmdstat_subscribe"])
})

describe("other sites", () => {
  const origin = "http://localhost:1"

  test("can open no socket with a user's cookie", async () => {
    const cookie = await signUp(server(), "socket-owner")
    const headers = { ...cookie, origin }
    expect(await handshake(server(), room, { headers })).toBe(
      "refused with 403",
    )
    const own = { ...cookie, origin: server().url("") }
    await connect(server(), room, { headers: own })
  })

  test.each(["/signup/", "/login/", "/logout/"])(
    "can post no form to %s",
    async (path) => {
      const fields = { username: "foreign", password }
      for (const foreign of [origin, "null", "nonsense"]) {
        const answer = await post(server(), path, fields, { origin: foreign })
        expect(answer.status).toBe(403)
        expect(answer.headers.getSetCookie()).toEqual([])
      }
    },
  )
})

test("other sites may lead here: reading changes nothing", async () => {
  const headers = { origin: "https://other.example" }
  const answer = await ask(server(), "/login/", { headers })
  expect(answer.status).toBe(200)
})

test("every message says whose it is, whatever a client claims", async () => {
  const ann = await connect(server(), "/ws/chat/authors/", {
    headers: await signUp(server(), "author-1"),
  })
  const bob = await connect(server(), "/ws/chat/authors/", {
    headers: await signUp(server(), "author-2"),
  })
  ann.send('{"message": "hi", "author": "author-2"}')
  const frame = { message: "hi", author: "author-1" }
  expect(await ann.nextFrame()).toEqual(frame)
  expect(await bob.nextFrame()).toEqual(frame)
})

test("a server that is told to stop speaks of no lost Redis", async () => {
  const server = await startServer("06-accounts", await ownEnvironment())
  expect(await server.stop("SIGINT")).toBe(0)
  expect(server.output).not.toContain("Redis is gone")
})

test("accounts whose names differ only in case stay two", async () => {
  const env = await ownEnvironment()
  const { hashPassword } = await load<
    typeof import("../steps/06-accounts/passwords.ts")
  >("06-accounts/passwords.ts")
  const first = await startServer("06-accounts", env)
  await signUp(first, "unrelated")
  await first.stop()
  // As the step left them before it folded all letters.
  await inDatabase(
    env,
    `INSERT INTO users (username, password_hash)
     VALUES ('Éva', '${await hashPassword(password)}'),
            ('éva', '${await hashPassword("another password")}')`,
  )
  const server = await startServer("06-accounts", env)
  const loggedIn = async (username: string, password: string) => {
    const answer = await post(server, "/login/", { username, password })
    return answer.status === 303
  }
  expect(await loggedIn("Éva", password)).toBe(true)
  expect(await loggedIn("éva", "another password")).toBe(true)
  expect(await loggedIn("éva", password)).toBe(false)
  expect(await loggedIn("ÉVA", password)).toBe(true)
  const taken = await post(server, "/signup/", { username: "ÉVa", password })
  expect(taken.status).toBe(400)
})

test("sessions outlive the server", async () => {
  const env = await ownEnvironment()
  const first = await startServer("06-accounts", env)
  const headers = await signUp(first, "survivor")
  await first.stop("SIGKILL")
  const second = await startServer("06-accounts", env)
  const client = await connect(second, room, { headers })
  client.say("hi")
  expect(await client.nextFrame()).toMatchObject({ author: "survivor" })
  expect((await logIn(second, "survivor")).cookie).toMatch(/^sessionid=/)
})

test("a Redis that was asked for must be there, any other need not", async () => {
  const env = await ownEnvironment()
  const REDIS_URL = "redis://127.0.0.1:1"
  const asked = startServer("06-accounts", { ...env, REDIS_URL })
  await expect(asked).rejects.toThrow("There is no Redis at 127.0.0.1:1")
  const { readSettings } = await load<
    typeof import("../steps/06-accounts/settings.ts")
  >("06-accounts/settings.ts")
  expect(readSettings({ REDIS_URL }).channelLayer.mayFallBack).toBe(false)
  expect(readSettings({}).channelLayer.mayFallBack).toBe(true)
})

test("a database that cannot be used is a sentence", async () => {
  const env = { ...(await ownEnvironment()), DATABASE_PATH: "/dev/null/x" }
  const error = await startServer("06-accounts", env).catch(String)
  expect(error).toContain("Cannot use the database /dev/null/x: ")
  expect(error).not.toMatch(/^ +at /m)
})

describe("the accessors", () => {
  const scope: Scope = {
    type: "websocket",
    path: "/",
    queryString: "",
    headers: {},
    subprotocols: [],
  }

  test("say who must be above", async () => {
    const { userOf, AuthMiddleware } = await load<
      typeof import("../steps/06-accounts/auth-middleware.ts")
    >("06-accounts/auth-middleware.ts")
    const { sessionOf, SessionMiddleware } = await load<
      typeof import("../steps/06-accounts/session-middleware.ts")
    >("06-accounts/session-middleware.ts")
    expect(() => userOf(scope)).toThrow("AuthMiddleware must be above it.")
    expect(() => sessionOf(scope)).toThrow(
      "SessionMiddleware must be above it.",
    )
    const inner: Application = async () => {}
    const never = () => new Promise<never>(() => {})
    const users = { find: never } as never
    await expect(
      AuthMiddleware(inner, users)(scope, never, never),
    ).rejects.toThrow("SessionMiddleware must be above it.")
    await expect(
      SessionMiddleware(inner, users)(scope, never, never),
    ).rejects.toThrow("CookieMiddleware must be above it.")
  })
})
