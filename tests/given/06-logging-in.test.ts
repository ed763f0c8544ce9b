import { beforeAll, describe, expect, test } from "vitest"
import { logIn, post, signUp } from "../support/accounts.ts"
import { inDatabase } from "../support/in-database.ts"
import { RawRequest } from "../support/raw-request.ts"
import {
  handshake,
  ownEnvironment,
  startServer,
  useServer,
} from "../support/servers.ts"

const server = useServer("06-accounts")
const password = "correct horse"
const room = "/ws/chat/lobby/"
const fields = { username: "ann", password }

let ann: { cookie: string }
beforeAll(async () => {
  ann = await signUp(server(), "ann")
})

describe("a login", () => {
  test("needs the right username and the right password", async () => {
    for (const [username, tried] of [
      ["ann", "wrong password"],
      ["nobody", password],
    ] as const) {
      const wrong = { username, password: tried }
      const answer = await post(server(), "/login/", wrong)
      expect(answer.status).toBe(400)
      expect(answer.headers.getSetCookie()).toEqual([])
      expect(await answer.text()).toContain("no account with that username and")
    }
  })

  test("ignores upper and lower case in the username, for all letters", async () => {
    await signUp(server(), "Žofia")
    expect((await logIn(server(), "žOFIA")).cookie).toMatch(/^sessionid=/)
  })

  test("does not reuse a key that an attacker has planted in the browser", async () => {
    const planted = { cookie: "sessionid=planted" }
    const answer = await post(server(), "/login/", fields, planted)
    expect(answer.status).toBe(303)
    expect(answer.headers.getSetCookie()[0]).not.toContain("planted")
    const attacker = { headers: planted, name: "the attacker" }
    expect(await handshake(server(), room, attacker)).toBe("refused with 403")
  })

  test("works in a request that also asks for another protocol", async () => {
    const body = new URLSearchParams(fields).toString()
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

  test("is never answered on a connection that has become a socket", async () => {
    const host = `Host: localhost:${server().port}`
    const body = new URLSearchParams(fields).toString()
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
      `Cookie: ${ann.cookie}`,
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
  ])("never leads to %j", async (next) => {
    const answer = await post(server(), "/login/", { ...fields, next })
    expect(answer.headers.get("location")).toBe("/chat/")
  })
})

describe("a logout", () => {
  test("clears the cookie, and leads to the login page", async () => {
    const headers = await logIn(server(), "ann")
    const answer = await post(server(), "/logout/", {}, headers)
    expect(answer.status).toBe(303)
    expect(answer.headers.get("location")).toBe("/login/")
    expect(answer.headers.getSetCookie()[0]).toMatch(/^sessionid=; Max-Age=0/)
  })

  test("clears the cookie even if the session stays", async () => {
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
})
