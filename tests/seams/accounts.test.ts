import { Router } from "express"
import { describe, expect, onTestFinished, test } from "vitest"
import type { Application } from "../../steps/01-echo/application.ts"
import { load } from "../support/load.ts"
import { openOwnDatabase } from "../support/own-database.ts"

const { ProtocolServer } = await load<
  typeof import("../../steps/01-echo/server/protocol-server.ts")
>("01-echo/server/protocol-server.ts")
const { RequestError } = await load<
  typeof import("../../steps/01-echo/request-error.ts")
>("01-echo/request-error.ts")
const { expressApplication, pageHeaders } = await load<
  typeof import("../../steps/03-pages/express-application.ts")
>("03-pages/express-application.ts")
const { accountsIn } = await load<
  typeof import("../../steps/06-accounts/accounts.ts")
>("06-accounts/accounts.ts")
const { AuthMiddlewareStack } = await load<
  typeof import("../../steps/06-accounts/auth-middleware-stack.ts")
>("06-accounts/auth-middleware-stack.ts")
const { userPages } = await load<
  typeof import("../../steps/06-accounts/user-pages.ts")
>("06-accounts/user-pages.ts")
const { OneAtATime, TooBusy } = await load<
  typeof import("../../steps/06-accounts/one-at-a-time.ts")
>("06-accounts/one-at-a-time.ts")

/** @returns the address of a server of this test */
async function serve(application: Application): Promise<string> {
  const server = new ProtocolServer(application)
  onTestFinished(() => server.close())
  return `http://127.0.0.1:${await server.listen(0, "127.0.0.1")}`
}

function post(url: string, fields: Record<string, string>, cookie = "") {
  const body = new URLSearchParams(fields)
  const headers = { cookie }
  return fetch(url, { method: "POST", body, headers, redirect: "manual" })
}

const ann = { username: "ann", password: "correct horse" }

test("a session's cookie has the configured name and security", async () => {
  const cookie = { name: "__Host-chat", isSecure: true }
  const accounts = accountsIn(await openOwnDatabase(), cookie)
  const pages = expressApplication(userPages(accounts))
  const url = await serve(AuthMiddlewareStack(pages, accounts))
  const answer = await post(`${url}/signup/`, ann)
  const [set = ""] = answer.headers.getSetCookie()
  expect(set).toMatch(/^__Host-chat=[\w-]+; .*Path=\/; HttpOnly; Secure/)
  const headers = { cookie: set.split(";")[0] ?? "" }
  expect((await fetch(`${url}/chat/`, { headers })).url).toBe(`${url}/chat/`)
  const out = await post(`${url}/logout/`, {}, headers.cookie)
  expect(out.headers.getSetCookie()[0]).toMatch(/^__Host-chat=; .*Secure/)
})

test("the login page uses the given check of a password", async () => {
  const accounts = accountsIn(await openOwnDatabase())
  const asked: unknown[] = []
  const pages = userPages(accounts, {
    async checkPassword({ client }, ...words) {
      asked.push([client?.address, ...words])
      throw new RequestError(429, "Too many guesses.", { "Retry-After": "59" })
    },
  })
  const application = AuthMiddlewareStack(expressApplication(pages), accounts)
  const answer = await post(`${await serve(application)}/login/`, ann)
  expect(answer.status).toBe(429)
  expect(answer.headers.get("retry-after")).toBe("59")
  expect(await answer.text()).toContain("Too many guesses.")
  expect(asked).toEqual([["127.0.0.1", "ann", "correct horse"]])
})

test("pages have the configured headers", async () => {
  const headers = { ...pageHeaders, "Cache-Control": "no-store" }
  const url = await serve(expressApplication(Router(), headers))
  const answer = await fetch(`${url}/nowhere/`)
  expect(answer.status).toBe(404)
  expect(answer.headers.get("cache-control")).toBe("no-store")
  expect(answer.headers.get("x-content-type-options")).toBe("nosniff")
})

test("a user store can be any object with the same methods", async () => {
  const accounts = accountsIn(await openOwnDatabase())
  const user = { id: 7, username: "from elsewhere" }
  const users = {
    create: async () => user,
    authenticate: async () => user,
    find: async () => user,
  }
  const sessions = {
    create: async () => "key",
    find: async () => user.id,
    delete: async () => {},
  }
  const elsewhere = { ...accounts, users, sessions }
  const pages = expressApplication(userPages(elsewhere))
  const url = await serve(AuthMiddlewareStack(pages, elsewhere))
  const headers = { cookie: "sessionid=key" }
  const page = await fetch(`${url}/chat/`, { headers })
  expect(await page.text()).toContain("from elsewhere")
})

describe("a transaction", () => {
  const insert =
    "INSERT INTO users (username, password_hash) VALUES (?, '') RETURNING id"

  test("is committed as a whole, before anything that was requested later", async () => {
    const { reader, writer } = await openOwnDatabase()
    const order: string[] = []
    const both = writer.transaction(async (run) => {
      await run(insert, ["ann"])
      expect(await reader.all("SELECT 1 FROM users")).toEqual([])
      await run(insert, ["bob"])
      order.push("both")
    })
    const later = writer.all(insert, ["eve"]).then(() => order.push("later"))
    await Promise.all([both, later])
    expect(order).toEqual(["both", "later"])
    expect(await reader.all("SELECT 1 FROM users")).toHaveLength(3)
  })

  test("that fails changes nothing, and the next one works", async () => {
    const { reader, writer } = await openOwnDatabase()
    const failing = writer.transaction(async (run) => {
      await run(insert, ["ann"])
      await run(insert, ["ann"])
    })
    await expect(failing).rejects.toThrow("SQLITE_CONSTRAINT")
    expect(await reader.all("SELECT 1 FROM users")).toEqual([])
    await writer.transaction((run) => run(insert, ["ann"]))
    expect(await reader.all("SELECT 1 FROM users")).toHaveLength(1)
  })
})

describe("work that runs one at a time", () => {
  test("does not overlap, keeps its order, and continues after an error", async () => {
    const turns = new OneAtATime({ sentence: "Busy", maxWaiting: 10 })
    const order: string[] = []
    const work = (name: string) => async () => {
      order.push(`begin ${name}`)
      await new Promise((resolve) => setImmediate(resolve))
      order.push(`end ${name}`)
      if (name === "1") throw new Error("one")
    }
    const [first, second] = ["1", "2"].map((name) => turns.run(work(name)))
    await expect(first).rejects.toThrow("one")
    await second
    expect(order).toEqual(["begin 1", "end 1", "begin 2", "end 2"])
  })

  test("is refused when too much is waiting, and accepted again later", async () => {
    const turns = new OneAtATime({ sentence: "Busy", maxWaiting: 2 })
    let finish = () => {}
    const first = turns.run(() => new Promise<void>((done) => (finish = done)))
    const waiting = [1, 2].map(() => turns.run(async () => {}))
    const refused = turns.run(async () => {})
    await expect(refused).rejects.toBeInstanceOf(TooBusy)
    await expect(refused).rejects.toMatchObject({ status: 503 })
    finish()
    await Promise.all([first, ...waiting])
    await turns.run(async () => {})
  })

  test("is not begun after its deadline", async () => {
    const turns = new OneAtATime({
      sentence: "Busy",
      maxWaiting: 9,
      deadlineMs: -1,
    })
    let isBegun = false
    const late = turns.run(async () => {
      isBegun = true
    })
    await expect(late).rejects.toBeInstanceOf(TooBusy)
    expect(isBegun).toBe(false)
  })
})
