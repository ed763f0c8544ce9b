import { once } from "node:events"
import { expect, onTestFinished, test, vi } from "vitest"
import { WebSocket } from "ws"
import type { Application } from "../steps/01-echo/application.ts"
import type { User } from "../steps/06-accounts/users.ts"
import { patienceMs } from "../workbook/patience.ts"
import { checks } from "./support/checks.ts"
import { noteErrors } from "./support/failures.ts"
import { load } from "./support/load.ts"
import { scopeOf } from "./support/middleware.ts"
import { addUser, openOwnDatabase } from "./support/own-database.ts"
import { did } from "./support/story.ts"

const { TokenBucket } = await load<
  typeof import("../steps/08-guard/limits/token-bucket.ts")
>("08-guard/limits/token-bucket.ts")
const { clientAddress } = await load<
  typeof import("../steps/08-guard/connections/client-address.ts")
>("08-guard/connections/client-address.ts")
const { limitGuesses } = await load<
  typeof import("../steps/08-guard/limits/guesses.ts")
>("08-guard/limits/guesses.ts")
const { heartbeat } = await load<
  typeof import("../steps/08-guard/connections/heartbeat.ts")
>("08-guard/connections/heartbeat.ts")
const { OpenSessions } = await load<
  typeof import("../steps/08-guard/sessions/open-sessions.ts")
>("08-guard/sessions/open-sessions.ts")
const { GuardedSessions } = await load<
  typeof import("../steps/08-guard/sessions/guarded-sessions.ts")
>("08-guard/sessions/guarded-sessions.ts")

/** A bucket that begins at 0 ms, and what happens with it. */
function bucket(burst: number, perSecond: number) {
  did(`a bucket for ${burst} at once, and ${perSecond} a second, at 0 ms`)
  const made = new TokenBucket({ burst, perSecond }, 0)
  const outcomeAt = (ms: number): string => {
    const seconds = made.take(ms)
    const outcome =
      seconds === 0 ? "taken" : `refused for ${seconds.toFixed(2)} s`
    did(`take at ${ms} ms: ${outcome}`)
    return outcome
  }
  return { takeAt: (...times: number[]) => times.map(outcomeAt) }
}

const nothing: string[] = []

checks("08-guard/take", () => {
  test("as many as the burst are let through at once, and no more", () => {
    const { takeAt } = bucket(3, 2)
    expect(takeAt(0, 0, 0, 0)).toEqual([
      "taken",
      "taken",
      "taken",
      "refused for 0.50 s",
    ])
  })

  test("a refusal says how many seconds are left until the next", () => {
    const { takeAt } = bucket(1, 2)
    expect(takeAt(0, 0, 100, 400)).toEqual([
      "taken",
      "refused for 0.50 s",
      "refused for 0.40 s",
      "refused for 0.10 s",
    ])
  })

  test("tokens come back one after the other, not all at once", () => {
    const { takeAt } = bucket(4, 2)
    takeAt(0, 0, 0, 0)
    expect(takeAt(500, 500)).toEqual(["taken", "refused for 0.50 s"])
    expect(takeAt(1_500, 1_500, 1_500)).toEqual([
      "taken",
      "taken",
      "refused for 0.50 s",
    ])
  })

  test("a long silence saves no more than the burst", () => {
    const { takeAt } = bucket(2, 2)
    takeAt(0, 0)
    expect(takeAt(3_600_000, 3_600_000, 3_600_000)).toEqual([
      "taken",
      "taken",
      "refused for 0.50 s",
    ])
  })

  test("a refused try costs nothing", () => {
    const { takeAt } = bucket(1, 2)
    takeAt(0, 0, 0, 0, 0, 200, 300)
    expect(takeAt(500)).toEqual(["taken"])
  })

  test("parts of a token add up", () => {
    const { takeAt } = bucket(1, 2)
    const times = Array.from({ length: 20 }, (_, index) => index * 125)
    const taken = takeAt(...times).filter((it) => it === "taken")
    expect(taken, "of 20 tries in 2.4 s").toHaveLength(5)
  })
})

/** The address that limits count, for a request that came like this. */
function addressOf(
  proxies: number,
  peer: string,
  forwarded: string | undefined,
): string {
  const came = forwarded ? `, X-Forwarded-For: ${forwarded}` : ""
  did(`${proxies} proxies are ours; a request comes from ${peer}${came}`)
  const headers = forwarded ? { "x-forwarded-for": forwarded } : undefined
  const scope = scopeOf({ who: "a client", path: "/", headers })
  const client = { address: peer, port: 50_000 }
  return clientAddress(proxies)({ ...scope, client })
}

checks("08-guard/client-address", () => {
  test.each<[what: string, number, string, string | undefined, string]>([
    ["without a proxy, it is the peer's", 0, "1.1.1.1", undefined, "1.1.1.1"],
    [
      "without a proxy, a header changes nothing",
      0,
      "1.1.1.1",
      "9.9.9.9",
      "1.1.1.1",
    ],
    ["one proxy names it", 1, "10.0.0.1", "1.1.1.1", "1.1.1.1"],
    [
      "what a client has written before a proxy does not count",
      1,
      "10.0.0.1",
      "9.9.9.9, 1.1.1.1",
      "1.1.1.1",
    ],
    [
      "two proxies: the outer one names it",
      2,
      "10.0.0.1",
      "9.9.9.9, 1.1.1.1, 10.0.0.2",
      "1.1.1.1",
    ],
    [
      "blanks make no difference",
      1,
      "10.0.0.1",
      "9.9.9.9 ,  1.1.1.1 ",
      "1.1.1.1",
    ],
    [
      "a proxy that names none counts itself",
      1,
      "10.0.0.1",
      undefined,
      "10.0.0.1",
    ],
    [
      "what is no address counts as the peer's",
      1,
      "10.0.0.1",
      "unknown",
      "10.0.0.1",
    ],
    [
      "fewer hops than proxies count as the peer's",
      3,
      "10.0.0.1",
      "1.1.1.1",
      "10.0.0.1",
    ],
  ])("%s", (_what, proxies, peer, forwarded, expected) => {
    vi.spyOn(console, "error").mockImplementation(() => {})
    onTestFinished(() => void vi.restoreAllMocks())
    expect(addressOf(proxies, peer, forwarded)).toBe(expected)
  })
})

const bob: User = { id: 2, username: "bob" }

/** Guesses of bob's password, which is "right"; five wrong ones a minute. */
function guessing() {
  const tried: string[] = []
  const check = limitGuesses({
    perMinute: 5,
    addressOf: ({ client }) => client?.address ?? "",
    users: {
      async authenticate(username, password) {
        tried.push(password)
        await new Promise((resolve) => setImmediate(resolve))
        if (password === "busy") throw new Error("too busy to hash it")
        const isBob = username.toLowerCase() === "bob"
        return isBob && password === "right" ? bob : undefined
      },
    },
    redis: undefined,
    prefix: "test",
  })
  async function guess(password: string, username = "bob", from = "1.1.1.1") {
    const scope = scopeOf({ who: "a client", method: "POST", path: "/login/" })
    if (scope.type !== "http") throw new Error("POST is of HTTP")
    const client = { address: from, port: 50_000 }
    const outcome = await check({ ...scope, client }, username, password).then(
      (user) => (user ? "right" : "wrong"),
      (error) => `${error.status ?? error.message}`,
    )
    did(`${from} tries "${password}" for ${username}: ${outcome}`)
    return outcome
  }
  const guessAll = async (count: number, ...rest: Parameters<typeof guess>) => {
    const all = Array.from({ length: count }, () => guess(...rest))
    return Promise.all(all)
  }
  return { tried, guess, guessAll }
}

checks("08-guard/count-first", () => {
  test("the sixth wrong password of a minute is refused with 429, untried", async () => {
    const { tried, guess } = guessing()
    for (const word of ["a", "b", "c", "d", "e"]) {
      expect(await guess(word)).toBe("wrong")
    }
    expect(await guess("f")).toBe("429")
    expect(tried).toEqual(["a", "b", "c", "d", "e"])
  })

  test("of a hundred guesses at once, five are tried", async () => {
    const { tried, guessAll } = guessing()
    const outcomes = await guessAll(100, "wrong")
    expect(tried).toHaveLength(5)
    expect(outcomes.filter((it) => it === "429")).toHaveLength(95)
  })

  test("the right password costs nothing, however often", async () => {
    const { guess } = guessing()
    for (const _ of Array(12)) expect(await guess("right")).toBe("right")
  })

  test("the right password does not forget the wrong ones", async () => {
    const { guess, guessAll } = guessing()
    await guessAll(4, "wrong")
    expect(await guess("right")).toBe("right")
    expect(await guess("wrong")).toBe("wrong")
    expect(await guess("wrong")).toBe("429")
  })

  test("a password that could not be tried costs nothing", async () => {
    const { guess } = guessing()
    for (const _ of Array(7)) {
      expect(await guess("busy")).toBe("too busy to hash it")
    }
    expect(await guess("right")).toBe("right")
  })

  test("guesses from one address lock out no other", async () => {
    const { guess, guessAll } = guessing()
    await guessAll(20, "wrong")
    expect(await guess("right", "bob", "2.2.2.2")).toBe("right")
  })

  test("upper and lower case do not make another name", async () => {
    const { guess, guessAll } = guessing()
    await guessAll(5, "wrong", "bob")
    expect(await guess("wrong", "BOB")).toBe("429")
  })

  test("what is refused for one name leaves the address its guesses", async () => {
    const { guess, guessAll } = guessing()
    await guessAll(100, "wrong")
    expect(await guess("wrong", "carol")).toBe("wrong")
  })

  test("an address has 50 guesses, whatever the names", async () => {
    const { tried, guess } = guessing()
    for (let index = 0; index < 55; index++) await guess("wrong", `u${index}`)
    expect(tried).toHaveLength(50)
    expect(await guess("wrong", "carol", "2.2.2.2")).toBe("wrong")
  })
})

const { hashOfKey } = await load<
  typeof import("../steps/06-accounts/sessions.ts")
>("06-accounts/sessions.ts")
const { ProtocolServer } = await load<
  typeof import("../steps/01-echo/server/protocol-server.ts")
>("01-echo/server/protocol-server.ts")

/** A socket with a heartbeat, on a clock that the check moves. Its client
 * answers no ping by itself. */
async function beating(application: Application) {
  noteErrors()
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] })
  vi.spyOn(Math, "random").mockReturnValue(1) // the first ping is the latest
  const pongs = { count: 0 }
  const start = heartbeat({ pingMs: 20_000, lateMs: 10_000 })
  const server = new ProtocolServer(application, {
    onOpen(socket) {
      start(socket)
      socket.on("pong", () => pongs.count++)
    },
  })
  const port = await server.listen(0, "localhost")
  const client = new WebSocket(`ws://localhost:${port}/`, { autoPong: false })
  onTestFinished(async () => {
    vi.useRealTimers()
    vi.restoreAllMocks()
    client.terminate()
    await server.close()
  })
  client.on("error", () => {})
  const closed = once(client, "close", inTime())
  await once(client, "open", inTime())
  did("a client opens a socket, and answers no ping by itself")

  /** Moves the clock until the next ping comes. */
  async function nextPing(seconds = 20): Promise<void> {
    const ping = once(client, "ping", inTime())
    vi.advanceTimersByTime(seconds * 1_000)
    await ping.catch(() => {
      throw new Error(`no ping within ${seconds} s`)
    })
    did(`${seconds} s later, the server sends a ping`)
  }

  async function answer(): Promise<void> {
    const before = pongs.count
    client.pong()
    did("the client answers")
    await vi.waitUntil(() => pongs.count > before)
  }

  async function isEnded(seconds: number): Promise<boolean> {
    vi.advanceTimersByTime(seconds * 1_000)
    did(`${seconds} s pass`)
    const round = once(client, "pong", inTime()).then(() => false)
    if (client.readyState === WebSocket.OPEN) client.ping()
    return Promise.race([round, closed.then(() => true)])
  }

  return { client, nextPing, answer, isEnded }
}

function inTime() {
  return { signal: AbortSignal.timeout(patienceMs / 4) }
}

/** Takes all that comes, until the end. */
const reading: Application = async (_scope, receive, send) => {
  await receive()
  await send({ type: "websocket.accept" })
  for (;;) {
    const event = await receive()
    if (event.type === "websocket.disconnect") return
  }
}

checks("08-guard/heartbeat", () => {
  test("a client that answers each ping stays", async () => {
    const { nextPing, answer, isEnded } = await beating(reading)
    for (const _ of Array(5)) {
      await nextPing()
      await answer()
    }
    expect(await isEnded(10)).toBe(false)
  })

  test("a client that misses one ping and answers the next one stays", async () => {
    const { nextPing, answer, isEnded } = await beating(reading)
    for (const _ of Array(3)) {
      await nextPing()
      await nextPing()
      await answer()
      expect(await isEnded(10)).toBe(false)
      await nextPing(10)
      await answer()
    }
  })

  test("a client that answers no ping is ended 10 s after the second", async () => {
    const { nextPing, isEnded } = await beating(reading)
    await nextPing()
    await nextPing()
    expect(await isEnded(9), "after 9 s").toBe(false)
    expect(await isEnded(1), "after 10 s").toBe(true)
  })

  test("a client is not ended because the server has stopped reading it", async () => {
    let goOn = () => {}
    const busy = new Promise<void>((resolve) => {
      goOn = resolve
    })
    const { client, nextPing, isEnded } = await beating(
      async (_scope, receive, send) => {
        await receive()
        await send({ type: "websocket.accept" })
        await busy
        while ((await receive()).type !== "websocket.disconnect") {
          // Reads on.
        }
      },
    )
    did(
      "the application is busy; the client sends 20 frames, and answers pings",
    )
    client.on("ping", () => client.pong())
    for (const _ of Array(20)) client.send("x")
    for (const _ of Array(2)) {
      await nextPing()
      await nextPing()
      vi.advanceTimersByTime(10_000)
    }
    goOn()
    did("the application reads on")
    expect(await isEnded(0)).toBe(false)
  })

  test("no ping is sent to a socket that is closed", async () => {
    const { client, nextPing } = await beating(reading)
    await nextPing()
    const closed = once(client, "close", inTime())
    client.close()
    await closed
    did("the client closes the socket")
    const timers = () => `${vi.getTimerCount()} timers are left`
    await vi.waitUntil(() => vi.getTimerCount() === 0).catch(() => {})
    expect(timers()).toBe("0 timers are left")
  })
})

/** Sessions of ann and bob with open sockets. */
async function watched(whileAsking: () => void | Promise<void> = () => {}) {
  const database = await openOwnDatabase()
  const sessions = new GuardedSessions(database, () => {})
  const open = new OpenSessions(async (hashes) => {
    const found = await sessions.stillOpen(hashes)
    await whileAsking()
    return found
  })
  onTestFinished(() => open.close())
  const ended: string[] = []

  async function userNamed(name: string): Promise<User> {
    return addUser(database, name)
  }

  async function sessionOf(user: User): Promise<string> {
    return sessions.create(user.id)
  }

  function socket(name: string, key: string): () => void {
    did(`${name} opens`)
    return open.add(hashOfKey(key), () => {
      did(`${name} is ended`)
      ended.push(name)
    })
  }

  return { database, sessions, open, ended, userNamed, sessionOf, socket }
}

checks("08-guard/end-sessions", () => {
  test("as long as the session is open, so is its socket", async () => {
    const { open, ended, userNamed, sessionOf, socket } = await watched()
    socket("ann's socket", await sessionOf(await userNamed("ann")))
    await open.look()
    await open.look()
    expect(ended).toEqual(nothing)
  })

  test("a logout ends all sockets of that session, and no others", async () => {
    const { sessions, open, ended, userNamed, sessionOf, socket } =
      await watched()
    const ann = await userNamed("ann")
    const [phone, laptop] = [await sessionOf(ann), await sessionOf(ann)]
    socket("the first tab on ann's phone", phone)
    socket("ann's laptop", laptop)
    socket("the second tab on ann's phone", phone)
    await sessions.delete(phone)
    await open.look()
    expect(ended).toEqual([
      "the first tab on ann's phone",
      "the second tab on ann's phone",
    ])
  })

  test.each([
    ["its time is over", "UPDATE sessions SET expires_at = '2001-01-01'"],
    ["its row is deleted", "DELETE FROM sessions"],
    ["its user is deleted", "DELETE FROM users"],
  ])("a session ends when %s", async (_why, sql) => {
    const { database, open, ended, userNamed, sessionOf, socket } =
      await watched()
    socket("ann's socket", await sessionOf(await userNamed("ann")))
    did(sql)
    await database.writer.all(sql)
    await open.look()
    expect(ended).toEqual(["ann's socket"])
  })

  test("a socket that opens while the database is asked stays open", async () => {
    let late = () => {}
    const { open, ended, userNamed, sessionOf, socket } = await watched(() =>
      late(),
    )
    socket("ann's socket", await sessionOf(await userNamed("ann")))
    const key = await sessionOf(await userNamed("bob"))
    late = () => {
      socket("bob's socket", key)
      late = () => {}
    }
    await open.look()
    await open.look()
    expect(ended).toEqual(nothing)
  })

  test("a socket that has closed by itself is not ended", async () => {
    let leave = () => {}
    const { sessions, open, ended, userNamed, sessionOf, socket } =
      await watched(() => leave())
    const key = await sessionOf(await userNamed("ann"))
    leave = socket("ann's socket", key)
    await sessions.delete(key)
    await open.look()
    expect(ended).toEqual(nothing)
  })

  test("if the database does not answer, no socket ends", async () => {
    const { open, ended, userNamed, sessionOf, socket } = await watched(() => {
      throw new Error("the database is busy")
    })
    socket("ann's socket", await sessionOf(await userNamed("ann")))
    await expect(open.look()).rejects.toThrow("busy")
    expect(ended).toEqual(nothing)
  })
})
