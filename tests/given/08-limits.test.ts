import { EventEmitter, once } from "node:events"
import { setTimeout as delay } from "node:timers/promises"
import { Router } from "express"
import { describe, expect, onTestFinished, test } from "vitest"
import type { HttpScope } from "../../steps/01-echo/application.ts"
import { ServerProcess } from "../../workbook/processes/server-process.ts"
import type { SocketClient } from "../../workbook/processes/socket-client.ts"
import { post, signUp } from "../support/accounts.ts"
import { ask } from "../support/ask.ts"
import { numbers } from "../support/conversation.ts"
import { guardedSteps } from "../support/later-steps.ts"
import { load } from "../support/load.ts"
import { ownRedis } from "../support/own-redis.ts"
import { RawRequest } from "../support/raw-request.ts"
import {
  connect,
  handshake,
  ownEnvironment,
  startServer,
} from "../support/servers.ts"
import { soon } from "../support/soon.ts"

const { Allowances } = await load<
  typeof import("../../steps/08-guard/limits/allowances.ts")
>("08-guard/limits/allowances.ts")
const { networkOf } = await load<
  typeof import("../../steps/08-guard/connections/client-address.ts")
>("08-guard/connections/client-address.ts")

const { passwordLimits } = await load<
  typeof import("../../steps/08-guard/limits/password-limits.ts")
>("08-guard/limits/password-limits.ts")
const { expressApplication } = await load<
  typeof import("../../steps/03-pages/express-application.ts")
>("03-pages/express-application.ts")
const { ProtocolServer } = await load<
  typeof import("../../steps/01-echo/server/protocol-server.ts")
>("01-echo/server/protocol-server.ts")

const room = "/ws/chat/lobby/"

/** A server that believes which address a client names. */
async function serverWith(
  env: NodeJS.ProcessEnv = {},
  step = "08-guard",
): Promise<ServerProcess> {
  const own = await ownEnvironment()
  return startServer(step, { ...own, TRUST_PROXY: "1", ...env })
}

function from(address: string, headers: { cookie?: string } = {}) {
  return { headers: { ...headers, "x-forwarded-for": address } }
}

/** All frames up to the end of the socket, parsed. */
async function untilClosed(client: SocketClient) {
  const { code } = await client.closed()
  const frames = client.received.map((frame) => JSON.parse(frame))
  return { code, frames }
}

describe("an address counts", () => {
  test.each([
    ["an IPv4 address, as it is", "203.0.113.7", "203.0.113.7"],
    [
      "one that is written as IPv6, as itself",
      "::ffff:203.0.113.7",
      "203.0.113.7",
    ],
    [
      "an IPv6 address, by its first half",
      "2001:db8:1:2:3:4:5:6",
      "2001:db8:1:2::/64",
    ],
    ["zeros that are left out", "2001:db8::1", "2001:db8:0:0::/64"],
    ["upper case", "2001:DB8:A::1", "2001:db8:a:0::/64"],
    ["a zone", "fe80::1%eth0", "fe80:0:0:0::/64"],
    ["the loopback address", "::1", "0:0:0:0::/64"],
  ])("%s", (_what, address, expected) => {
    expect(networkOf(address)).toBe(expected)
  })
})

describe("counters", () => {
  test("are bounded, however many addresses an attacker has", () => {
    const allowances = new Allowances({ burst: 2, perSecond: 1 }, 1_000)
    for (let key = 0; key < 5_000; key++) allowances.take(`${key}`, 0)
    expect(allowances.size).toBe(1_000)
  })

  test("are forgotten when they are full again", () => {
    const allowances = new Allowances({ burst: 2, perSecond: 1 })
    for (let key = 0; key < 5_000; key++) allowances.take(`${key}`, 0)
    allowances.take("the next one", 2_000)
    expect(allowances.size).toBe(1)
  })
})

/** Four messages at once, and one a second after that. */
const slowly = { LIMIT_MESSAGES: "1" }

/** The most messages that `slowly` lets through from then until now: on a slow
 * machine, more seconds pass. */
function mostSince(began: number): number {
  return 4 + secondsSince(began)
}

function secondsSince(began: number): number {
  return (performance.now() - began) / 1_000
}

/** A place is free when the server has read the close frame. */
async function freeAgain(open: () => Promise<string>): Promise<void> {
  const opened = (async () => {
    while ((await open()) !== "accepted");
  })()
  await soon("a free place", opened)
}

describe.each(guardedSteps)("in %s,", (step) => {
  describe("messages of one user", () => {
    test("beyond the allowance are refused, and tell when to try again", async () => {
      const server = await serverWith(slowly, step)
      const headers = await signUp(server, "ann")
      const ann = await connect(server, room, { headers })
      const began = performance.now()
      for (const number of numbers(1, 20)) ann.say(number)
      const frames = await ann.nextFrames(20)
      const most = mostSince(began)
      const refused = frames.filter(({ error }) => error !== undefined)
      const shown = frames.length - refused.length
      expect(shown).toBeGreaterThanOrEqual(4)
      expect(shown).toBeLessThanOrEqual(most)
      expect(refused[0]?.error).toMatch(/^Not sent: .* Wait (0\.\d|1) s\.$/)
      expect(refused[0]?.retryAfter).toBeGreaterThan(0)
      expect(refused[0]?.retryAfter).toBeLessThanOrEqual(1)
    })

    test("of all their sockets share one allowance", async () => {
      const server = await serverWith(slowly, step)
      const headers = await signUp(server, "ann")
      const tabs = [
        await connect(server, room, { headers, name: "the first tab" }),
        await connect(server, "/ws/chat/other/", {
          headers,
          name: "the second",
        }),
      ]
      const began = performance.now()
      for (const number of numbers(1, 15))
        for (const tab of tabs) tab.say(number)
      const frames = await Promise.all(tabs.map((tab) => tab.nextFrames(15)))
      const most = mostSince(began)
      const shown = frames.flat().filter(({ error }) => error === undefined)
      expect(shown.length).toBeGreaterThanOrEqual(4)
      expect(shown.length).toBeLessThanOrEqual(most)
    })

    test("count, even if they are no messages at all", async () => {
      const server = await serverWith(slowly, step)
      const headers = await signUp(server, "ann")
      const ann = await connect(server, room, { headers })
      const began = performance.now()
      for (const _ of numbers(1, 20)) ann.send("nonsense")
      ann.say("hi")
      const frames = await ann.nextFrames(21)
      const most = mostSince(began)
      const read = frames.filter(({ retryAfter }) => retryAfter === undefined)
      expect(read.length).toBeGreaterThanOrEqual(4)
      expect(read.length).toBeLessThanOrEqual(most)
    })

    test("close the socket with 1008 if they go on all the same", async () => {
      const server = await serverWith(slowly, step)
      const [annHeaders, bobHeaders] = [
        await signUp(server, "ann"),
        await signUp(server, "bob"),
      ]
      const bob = await connect(server, room, { headers: bobHeaders })
      const ann = await connect(server, room, { headers: annHeaders })
      const began = performance.now()
      for (const number of numbers(1, 1_000)) ann.say(number)
      const { code, frames } = await untilClosed(ann)
      const most = mostSince(began)
      expect(code).toBe(1008)
      const shown = frames.filter(({ error }) => error === undefined)
      expect(shown.length).toBeLessThanOrEqual(most)
      // A hundred refusals at once, and ten a second after that.
      const mostRefused = 100 + 10 * secondsSince(began)
      expect(frames.length - shown.length).toBeLessThanOrEqual(mostRefused)
      bob.say("still here")
      const heard = []
      while (heard.at(-1) !== "still here") {
        heard.push((await bob.nextFrame()).message)
      }
      expect(heard.length).toBeLessThanOrEqual(most + 1)
      expect(server.output).not.toContain("Error")
    })

    test("have no limit with LIMIT_MESSAGES=off", async () => {
      const server = await serverWith({ LIMIT_MESSAGES: "off" }, step)
      const headers = await signUp(server, "ann")
      const ann = await connect(server, room, { headers })
      for (const number of numbers(1, 200)) ann.say(number)
      const frames = await ann.nextFrames(200)
      expect(frames.filter(({ error }) => error)).toEqual([])
    })
  })

  describe("open sockets", () => {
    test("of one user are limited: the next one is refused with 429", async () => {
      const server = await serverWith({ LIMIT_SOCKETS: "3" }, step)
      const ann = await signUp(server, "ann")
      const open = []
      for (const name of ["first", "second", "third"]) {
        open.push(await connect(server, room, { headers: ann, name }))
      }
      expect(await handshake(server, room, { headers: ann })).toBe(
        "refused with 429",
      )
      const bob = await signUp(server, "bob")
      expect(await handshake(server, room, { headers: bob })).toBe("accepted")
      await open[0]?.close()
      await freeAgain(() => handshake(server, room, { headers: ann }))
    })

    test("of one address are limited, with Retry-After", async () => {
      const server = await serverWith({ LIMIT_ADDRESS_SOCKETS: "2" }, step)
      const headers = await signUp(server, "ann")
      const near = from("1.1.1.1", headers)
      await connect(server, room, { ...near, name: "first" })
      await connect(server, room, { ...near, name: "second" })
      expect(await handshake(server, room, near)).toBe("refused with 429")
      const elsewhere = from("2.2.2.2", headers)
      expect(await handshake(server, room, elsewhere)).toBe("accepted")
    })

    test("of one process are limited: the next one is refused with 503", async () => {
      const server = await serverWith({ LIMIT_PROCESS_SOCKETS: "2" }, step)
      const headers = await signUp(server, "ann")
      await connect(server, room, {
        ...from("1.1.1.1", headers),
        name: "first",
      })
      const second = from("2.2.2.2", headers)
      const open = await connect(server, room, { ...second, name: "second" })
      const third = from("3.3.3.3", headers)
      expect(await handshake(server, room, third)).toBe("refused with 503")
      await open.close()
      await freeAgain(() => handshake(server, room, third))
    })
  })

  describe("handshakes of one address", () => {
    test("are limited before it is known who asks", async () => {
      const server = await serverWith({ LIMIT_HANDSHAKES: "2" }, step)
      const outcomes = []
      for (const _ of numbers(1, 14)) {
        outcomes.push(await handshake(server, room, from("1.1.1.1")))
      }
      expect(outcomes.slice(0, 10)).toEqual(Array(10).fill("refused with 403"))
      expect(outcomes).toContain("refused with 429")
      expect(await handshake(server, room, from("2.2.2.2"))).toBe(
        "refused with 403",
      )
    })

    test("are refused with Retry-After, and the page's headers", async () => {
      const server = await serverWith({ LIMIT_HANDSHAKES: "1" }, step)
      const heads = await Promise.all(
        numbers(1, 8).map(async () => {
          const request = await RawRequest.upgrade(server.port, room)
          return request.head()
        }),
      )
      const refused = heads.find(([line]) => line?.includes(" 429 "))
      expect(refused).toContain("Retry-After: 1")
      expect(refused?.join("\n")).toContain("frame-ancestors 'none'")
    })
  })
})

describe("wrong passwords", () => {
  test("are counted by all processes together, through Redis", async () => {
    const env = { ...(await ownEnvironment()), TRUST_PROXY: "1" }
    const [one, other] = [
      await startServer("08-guard", env),
      await startServer("08-guard", env),
    ]
    await signUp(one, "ann")
    const wrong = { username: "ann", password: "not it" }
    const headers = { "x-forwarded-for": "1.1.1.1" }
    const statuses = []
    for (const server of [one, other, one, other, one]) {
      statuses.push((await post(server, "/login/", wrong, headers)).status)
    }
    expect(statuses).toEqual([400, 400, 400, 400, 400])
    const answer = await post(other, "/login/", wrong, headers)
    expect(answer.status).toBe(429)
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(30)
    expect(await answer.text()).toContain("Too many wrong passwords")
  })

  test("are counted by each process alone while Redis is away", async () => {
    const redis = await ownRedis()
    const server = await serverWith({ REDIS_URL: redis.url })
    await signUp(server, "ann")
    await redis.stop("SIGKILL")
    const wrong = { username: "ann", password: "not it" }
    const statuses = []
    for (const _ of numbers(1, 6)) {
      statuses.push((await post(server, "/login/", wrong)).status)
    }
    expect(statuses).toEqual([400, 400, 400, 400, 400, 429])
  })

  test("of one place do not keep the owner out elsewhere", async () => {
    const server = await serverWith()
    await signUp(server, "ann")
    const wrong = { username: "ann", password: "not it" }
    const attacker = { "x-forwarded-for": "6.6.6.6" }
    await Promise.all(
      numbers(1, 20).map(() => post(server, "/login/", wrong, attacker)),
    )
    const right = { username: "ann", password: "correct horse" }
    const owner = { "x-forwarded-for": "1.1.1.1" }
    expect((await post(server, "/login/", right, owner)).status).toBe(303)
  })
})

describe("one address", () => {
  test("cannot fill the queue of passwords to be hashed", async () => {
    const server = await serverWith()
    await signUp(server, "bob")
    const fields = { username: "bob", password: "not mine at all" }
    const attacker = { "x-forwarded-for": "6.6.6.6" }
    const flood = numbers(1, 40).map(() => {
      return post(server, "/signup/", fields, attacker)
    })
    const right = { username: "bob", password: "correct horse" }
    const owner = { "x-forwarded-for": "1.1.1.1" }
    expect((await post(server, "/login/", right, owner)).status).toBe(303)
    const statuses = (await Promise.all(flood)).map(({ status }) => status)
    expect(statuses.filter((it) => it === 429).length).toBeGreaterThan(20)
  })

  test("cannot make accounts without end", async () => {
    const server = await serverWith({ LIMIT_SIGN_UPS: "2" })
    const statuses = []
    for (const number of numbers(1, 3)) {
      const fields = { username: `user-${number}`, password: "correct horse" }
      statuses.push((await post(server, "/signup/", fields)).status)
    }
    expect(statuses).toEqual([303, 429, 429])
  })

  test("cannot ask for pages without end", async () => {
    const server = await serverWith({ LIMIT_REQUESTS: "2" })
    const statuses = []
    for (const _ of numbers(1, 30)) {
      const { status, headers } = await ask(server, "/login/")
      statuses.push(status)
      if (status === 429) expect(headers.get("retry-after")).toBe("1")
    }
    expect(statuses.slice(0, 20)).toEqual(Array(20).fill(200))
    expect(statuses).toContain(429)
    const elsewhere = { headers: { "x-forwarded-for": "2.2.2.2" } }
    expect((await ask(server, "/login/", elsewhere)).status).toBe(200)
  })
})

/** A request as it is sent. */
function postTo(path: string, headers: readonly string[] = []): string {
  const lines = [`POST ${path} HTTP/1.1`, "Host: localhost", ...headers]
  return [...lines, "Content-Length: 0", "", ""].join("\r\n")
}

describe("places of passwords to check are free again when clients have left", () => {
  /** A login in this process. A request for /slow/ gets no answer.
   * @param lookUp what middleware waits for */
  async function serveLogin(lookUp: (scope: HttpScope) => Promise<unknown>) {
    const news = new EventEmitter()
    const pages = Router()
      .use(passwordLimits({ burst: 1, perSecond: 1 }, () => "one address"))
      .post("/login/", (_request, response) => response.send("Checked."))
      .post("/slow/", () => {})
    const inner = expressApplication(pages)
    const server = new ProtocolServer(async (scope, receive, send) => {
      if (scope.type === "http") await lookUp(scope)
      await inner(scope, receive, send)
      news.emit("the application returns")
    })
    onTestFinished(() => server.close())
    const port = await server.listen(0, "127.0.0.1")
    const url = `http://127.0.0.1:${port}/login/`
    const login = () => fetch(url, { method: "POST" })
    return { port, news, login }
  }

  test("during a look-up", async () => {
    const { port, news, login } = await serveLogin(async ({ request }) => {
      if (request.headers.leaves) await once(request.socket, "close")
    })
    const request = postTo("/login/", ["Leaves: yes"])
    for (const _ of numbers(1, 15)) {
      const end = once(news, "the application returns")
      const client = await RawRequest.half(port, request)
      client.leave()
      await soon("the end of the application's call", end)
    }
    expect((await login()).status).toBe(200)
  })

  test("behind another request of their connection", async () => {
    let requests = 0
    const { port, news, login } = await serveLogin(async () => {
      if (++requests % 6 === 0) news.emit("six requests")
    })
    const six = postTo("/slow/") + postTo("/login/").repeat(5)
    for (const _ of numbers(1, 3)) {
      const all = once(news, "six requests")
      const client = await RawRequest.half(port, six)
      await soon("six requests", all)
      client.leave()
      await delay(50) // until the server has noticed that
    }
    expect((await login()).status).toBe(200)
  })
})

describe("a bad setting is one sentence, for", () => {
  test.each([
    ["LIMITS", "none", 'LIMITS is "none": it may only be "off".'],
    ["LIMIT_SOCKETS", "0", 'LIMIT_SOCKETS is "0": write a number above 0'],
    ["LIMIT_MESSAGES", "five", 'LIMIT_MESSAGES is "five"'],
    ["TRUST_PROXY", "yes", 'TRUST_PROXY is "yes": write how many proxies'],
    ["PUBLIC_ORIGIN", "chat.example", "write it like https://chat.example"],
    ["ALLOWED_ORIGINS", "localhost:8000", 'has "localhost:8000": write a host'],
    ["REQUIRE_ORIGIN", "true", 'REQUIRE_ORIGIN is "true": write 1 or 0.'],
  ])("%s=%s", async (name, value, sentence) => {
    const env = { ...(await ownEnvironment()), [name]: value }
    const printed = await ServerProcess.start("08-guard", env).then(
      async (server) => {
        await server.stop("SIGKILL")
        return "it starts"
      },
      (error: Error) => error.message,
    )
    expect(printed).toContain(sentence)
    expect(printed).not.toContain("    at ")
  })
})
