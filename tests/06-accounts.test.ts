import { setImmediate } from "node:timers/promises"
import { describe, expect, test } from "vitest"
import type { Accounts } from "../steps/06-accounts/accounts.ts"
import type { SessionStore } from "../steps/06-accounts/sessions.ts"
import type { User, UserStore } from "../steps/06-accounts/users.ts"
import { logIn, post } from "./support/accounts.ts"
import { ask } from "./support/ask.ts"
import { checks } from "./support/checks.ts"
import { load } from "./support/load.ts"
import {
  type Asked,
  callWith,
  inOrder,
  type Middleware,
  outcome,
  returns,
  scopeInside,
  scopeOf,
} from "./support/middleware.ts"
import { connect, handshake, useServer } from "./support/servers.ts"
import { did } from "./support/story.ts"

const { CookieMiddleware } = await load<
  typeof import("../steps/06-accounts/cookie-middleware.ts")
>("06-accounts/cookie-middleware.ts")
const { SessionMiddleware, sessionOf } = await load<
  typeof import("../steps/06-accounts/session-middleware.ts")
>("06-accounts/session-middleware.ts")
const { AuthMiddleware, userOf } = await load<
  typeof import("../steps/06-accounts/auth-middleware.ts")
>("06-accounts/auth-middleware.ts")
const { AuthMiddlewareStack } = await load<
  typeof import("../steps/06-accounts/auth-middleware-stack.ts")
>("06-accounts/auth-middleware-stack.ts")
const { OriginValidator } = await load<
  typeof import("../steps/06-accounts/origin-validator.ts")
>("06-accounts/origin-validator.ts")
const { login } = await load<typeof import("../steps/06-accounts/login.ts")>(
  "06-accounts/login.ts",
)
const { UsersOnly } = await load<
  typeof import("../steps/06-accounts/users-only.ts")
>("06-accounts/users-only.ts")

const room = "/ws/chat/lobby/"
const ann: User = { id: 7, username: "ann" }
const zero: User = { id: 0, username: "zero" }

/** Sessions by their keys. Like a database, it does not answer at once. */
class SessionsInMemory implements SessionStore {
  readonly events: string[] = []
  private count = 0

  constructor(readonly byKey: Map<string, number> = new Map()) {}

  async create(userId: number): Promise<string> {
    await setImmediate()
    const key = `new-key-${++this.count}`
    this.byKey.set(key, userId)
    return key
  }

  async find(key: string): Promise<number | undefined> {
    await setImmediate()
    return this.byKey.get(key)
  }

  async delete(key: string): Promise<void> {
    // Takes longer than everything else, which shows whether it is awaited.
    for (let turn = 0; turn < 5; turn++) await setImmediate()
    this.byKey.delete(key)
    this.events.push(`the session ${key} has ended`)
  }
}

const nobodyElse = async () => {
  throw new Error("No account is made here")
}

/** Ann, and a user with the id 0. The one with the id 9 has been deleted. */
const users: UserStore = {
  create: nobodyElse,
  authenticate: nobodyElse,
  find: async (id) => [ann, zero].find((user) => user.id === id),
}

const sessions = new SessionsInMemory(
  new Map([
    ["key-of-ann", ann.id],
    ["key-of-zero", zero.id],
    ["key-of-deleted", 9],
  ]),
)
const cookie = { name: "sessionid", isSecure: false }
const accounts: Accounts = { users, sessions, cookie }

/** Fails whenever it is called. */
const fullDisk = async () => {
  throw new Error("the disk is full")
}

function withCookie(value: string, name = cookie.name) {
  return { headers: { cookie: `${name}=${value}` } }
}

const visitor: Asked = { who: "a visitor", path: room }
const visitorsPage: Asked = { who: "a visitor", method: "GET", path: "/login/" }
const annsSocket: Asked = {
  who: "Ann",
  path: room,
  ...withCookie("key-of-ann"),
}
const annsPage: Asked = { ...annsSocket, method: "GET", path: "/chat/" }
const zeros: Asked = {
  who: "the user with the id 0",
  path: room,
  ...withCookie("key-of-zero"),
}

checks("06-accounts/session", () => {
  const around =
    (from: Accounts): Middleware =>
    (inner) =>
      CookieMiddleware(SessionMiddleware(inner, from))

  /** The session that the application inside finds in its scope. */
  async function sessionFor(asked: Asked, from = accounts): Promise<unknown> {
    const scope = await scopeInside(around(from), asked)
    did("the application inside calls sessionOf(scope)")
    return sessionOf(scope)
  }

  test.each([
    ["a socket", annsSocket],
    ["a page", annsPage],
  ])("%s gets the session whose key is in the cookie", async (_what, asked) => {
    expect(await sessionFor(asked), "the session").toEqual({ userId: ann.id })
  })

  test.each([
    ["socket", visitor],
    ["page", visitorsPage],
  ])(
    "without a cookie, a %s gets a session without a user",
    async (_what, asked) => {
      expect(await sessionFor(asked), "the session").toEqual({
        userId: undefined,
      })
    },
  )

  test("with an unknown key, the session has no user", async () => {
    const asked = { ...visitorsPage, ...withCookie("made-up") }
    expect(await sessionFor(asked), "the session").toEqual({
      userId: undefined,
    })
  })

  test("0 is a valid user id", async () => {
    expect(await sessionFor(zeros), "the session").toEqual({ userId: 0 })
  })

  test("the cookie has the configured name", async () => {
    const name = "__Host-chat"
    const asked = { ...annsSocket, ...withCookie("key-of-ann", name) }
    const from = { ...accounts, cookie: { name, isSecure: true } }
    expect(await sessionFor(asked, from), "the session").toEqual({
      userId: ann.id,
    })
  })

  test("the original scope does not change", async () => {
    const scope = await scopeInside(CookieMiddleware, annsSocket)
    const before = Object.keys(scope)
    await callWith(scope, (inner) => SessionMiddleware(inner, accounts))
    expect(Object.keys(scope), "the fields of the scope").toEqual(before)
  })

  test("SessionMiddleware returns when the application inside returns", async () => {
    expect(await returns(around(accounts), annsSocket)).toEqual(inOrder)
  })

  test("a database error does not turn a user into a visitor", async () => {
    did("the database fails to find a session")
    const broken = new SessionsInMemory()
    broken.find = fullDisk
    const found = sessionFor(annsSocket, { ...accounts, sessions: broken })
    await expect(found).rejects.toThrow("the disk is full")
  })

  test("without CookieMiddleware around it, the error says so", async () => {
    const alone: Middleware = (inner) => SessionMiddleware(inner, accounts)
    await expect(scopeInside(alone, annsSocket)).rejects.toThrow(
      "CookieMiddleware must be above it.",
    )
  })
})

checks("06-accounts/user", () => {
  const around =
    (from: Accounts): Middleware =>
    (inner) =>
      CookieMiddleware(SessionMiddleware(AuthMiddleware(inner, from), from))

  /** The user that the application inside finds in its scope. */
  async function userFor(asked: Asked, from = accounts): Promise<unknown> {
    const scope = await scopeInside(around(from), asked)
    did("the application inside calls userOf(scope)")
    return userOf(scope)
  }

  test.each([
    ["a socket", annsSocket],
    ["a page", annsPage],
  ])("%s gets the user of the session", async (_what, asked) => {
    expect(await userFor(asked), "the user").toEqual(ann)
  })

  test.each([
    ["socket", visitor],
    ["page", visitorsPage],
  ])("a visitor's %s gets no user", async (_what, asked) => {
    expect(await userFor(asked), "the user").toBe(undefined)
  })

  test("a user with the id 0 is a user like any other", async () => {
    expect(await userFor(zeros), "the user").toEqual(zero)
  })

  test("a user who has been deleted is a visitor", async () => {
    const asked = {
      who: "a user who was deleted",
      method: "GET",
      path: "/chat/",
      ...withCookie("key-of-deleted"),
    }
    expect(await userFor(asked), "the user").toBe(undefined)
  })

  test("the original scope does not change", async () => {
    const outer: Middleware = (inner) =>
      CookieMiddleware(SessionMiddleware(inner, accounts))
    const scope = await scopeInside(outer, annsSocket)
    const before = Object.keys(scope)
    await callWith(scope, (inner) => AuthMiddleware(inner, accounts))
    expect(Object.keys(scope), "the fields of the scope").toEqual(before)
  })

  test("AuthMiddleware returns when the application inside returns", async () => {
    expect(await returns(around(accounts), annsSocket)).toEqual(inOrder)
  })

  test("a database error does not turn a user into a visitor", async () => {
    did("the database fails to find a user")
    const broken = { ...users, find: fullDisk }
    const found = userFor(annsSocket, { ...accounts, users: broken })
    await expect(found).rejects.toThrow("the disk is full")
  })

  test("without SessionMiddleware around it, the error says so", async () => {
    const alone: Middleware = (inner) => AuthMiddleware(inner, accounts)
    await expect(scopeInside(alone, annsSocket)).rejects.toThrow(
      "SessionMiddleware must be above it.",
    )
  })
})

checks("06-accounts/origin", () => {
  function from(origin: string | undefined, method?: string): Asked {
    const who = origin === undefined ? "a program" : "Ann's browser"
    const path = method ? "/logout/" : room
    const headers: Asked["headers"] = origin === undefined ? {} : { origin }
    return { who, method, path, headers }
  }

  /** What happens to a request, without the sentence of a refusal. */
  async function becomes(asked: Asked): Promise<string> {
    const became = await outcome(OriginValidator, asked)
    return became.replace(/(refused with \d+): .*/, "$1")
  }

  const own = "http://localhost:8000"
  const other = "https://other.example"

  test.each(["GET", "HEAD", "OPTIONS"])(
    "%s from a page of another site passes, because it changes nothing",
    async (method) => {
      expect(await becomes(from(other, method))).toBe("passed on")
    },
  )

  test.each(["POST", "PUT", "DELETE"])(
    "%s from a page of another site is refused",
    async (method) => {
      expect(await becomes(from(other, method))).toBe("refused with 403")
    },
  )

  test("a socket from a page of another site is refused", async () => {
    expect(await becomes(from(other))).toBe("refused with 403")
  })

  test("the refusal has a sentence", async () => {
    expect(await outcome(OriginValidator, from(other))).toMatch(/403: \S+/)
  })

  test.each([
    ["a form", "POST"],
    ["a socket", undefined],
  ])("%s from our own page passes", async (_what, method) => {
    expect(await becomes(from(own, method))).toBe("passed on")
  })

  test.each([
    ["a form", "POST"],
    ["a socket", undefined],
  ])(
    "%s without an Origin passes, because no browser sent it",
    async (_, method) => {
      expect(await becomes(from(undefined, method))).toBe("passed on")
    },
  )

  test.each([
    ["on another port", "http://localhost:5173"],
    ["without a port", "http://localhost"],
    ["that the browser hides", "null"],
    ["that is not an address", "nonsense"],
  ])("an origin %s counts as another site's", async (_what, origin) => {
    expect(await becomes(from(origin, "POST"))).toBe("refused with 403")
    expect(await becomes(from(origin))).toBe("refused with 403")
  })

  test.each([
    ["begins", "https://chat.example.evil.example"],
    ["ends", "https://evil-chat.example"],
  ])(
    "an origin whose name %s like ours counts as another site's",
    async (_how, origin) => {
      const headers = { host: "chat.example", origin }
      expect(await becomes({ ...from(origin), headers })).toBe(
        "refused with 403",
      )
    },
  )

  test("a host in capitals is the same host", async () => {
    const headers = { host: "LOCALHOST:8000", origin: own }
    expect(await becomes({ ...from(own), headers })).toBe("passed on")
  })

  test("OriginValidator returns when the application inside returns", async () => {
    expect(await returns(OriginValidator, from(own))).toEqual(inOrder)
  })
})

checks("06-accounts/login", () => {
  /** Logs Ann in with a request that may have a key.
   * @returns the cookies that the answer sets */
  async function logAnnIn(from: Accounts, key?: string): Promise<unknown> {
    const asked: Asked = {
      who: "Ann",
      method: "POST",
      path: "/login/",
      ...(key && withCookie(key, from.cookie.name)),
    }
    const scope = await scopeInside(CookieMiddleware, asked)
    if (scope.type !== "http")
      throw new Error("This is not a request for a page")
    did(`login(scope, { id: ${ann.id}, username: "ann" }, accounts)`)
    await login(scope, ann, from)
    return scope.response.getHeader("Set-Cookie")
  }

  function withSessions(entries: [string, number][] = []) {
    const sessions = new SessionsInMemory(new Map(entries))
    return { ...accounts, sessions }
  }

  const flags = "Max-Age=1209600; Path=/; HttpOnly; SameSite=Lax"

  test("begins a session for the user", async () => {
    const own = withSessions()
    await logAnnIn(own)
    const found = Object.fromEntries(own.sessions.byKey)
    expect(found, "the sessions").toEqual({ "new-key-1": ann.id })
  })

  test("sets the new key as a cookie for two weeks", async () => {
    const set = await logAnnIn(withSessions())
    expect(set, "Set-Cookie").toBe(`sessionid=new-key-1; ${flags}`)
  })

  test("gives the cookie the configured name and security", async () => {
    const cookie = { name: "__Host-chat", isSecure: true }
    const set = await logAnnIn({ ...withSessions(), cookie })
    expect(set, "Set-Cookie").toMatch(/^__Host-chat=new-key-1; .*; Secure/)
  })

  test("does not reuse a key that came with the request", async () => {
    const own = withSessions([["planted-key", ann.id]])
    const set = await logAnnIn(own, "planted-key")
    expect(set, "Set-Cookie").toBe(`sessionid=new-key-1; ${flags}`)
  })

  test("does not reuse an unknown key that came with the request", async () => {
    const own = withSessions()
    const set = await logAnnIn(own, "planted-key")
    expect(set, "Set-Cookie").toBe(`sessionid=new-key-1; ${flags}`)
    const keys = [...own.sessions.byKey.keys()]
    expect(keys, "the keys of sessions").toEqual(["new-key-1"])
  })

  test("ends the session that the request came with", async () => {
    const own = withSessions([
      ["old-key", ann.id],
      ["key-of-zero", zero.id],
    ])
    await logAnnIn(own, "old-key")
    const keys = [...own.sessions.byKey.keys()]
    expect(keys, "the keys of sessions").toEqual(["key-of-zero", "new-key-1"])
  })

  test("returns only after the old session has ended", async () => {
    const own = withSessions([["old-key", ann.id]])
    const { events } = own.sessions
    await logAnnIn(own, "old-key")
    events.push("login returns")
    expect(events).toEqual(["the session old-key has ended", "login returns"])
  })

  test.each(["create", "delete"] as const)(
    "fails if the database cannot %s a session",
    async (method) => {
      const own = withSessions([["old-key", ann.id]])
      own.sessions[method] = fullDisk
      did(`the database fails to ${method} a session`)
      const done = logAnnIn(own, "old-key")
      await expect(done).rejects.toThrow("the disk is full")
    },
  )
})

checks("06-accounts/refuse-visitors", () => {
  const usersOnly: Middleware = (inner) =>
    AuthMiddlewareStack(UsersOnly(inner), accounts)

  test.each([room, "/ws/chat/another/", "/no/such/socket/", "/"])(
    "a visitor's socket is refused at %s",
    async (path) => {
      const became = await outcome(usersOnly, { ...visitor, path })
      expect(became).toBe("refused with 403: Log in first")
    },
  )

  test("a client with an unknown key is a visitor", async () => {
    const asked = { ...visitor, ...withCookie("made-up") }
    const became = await outcome(usersOnly, asked)
    expect(became).toBe("refused with 403: Log in first")
  })

  test.each([room, "/no/such/socket/"])(
    "a user's socket is passed on at %s",
    async (path) => {
      const became = await outcome(usersOnly, { ...annsSocket, path })
      expect(became).toBe("passed on")
    },
  )

  test("a user with the id 0 is a user like any other", async () => {
    expect(await outcome(usersOnly, zeros)).toBe("passed on")
  })

  test("UsersOnly returns when the application inside returns", async () => {
    expect(await returns(usersOnly, annsSocket)).toEqual(inOrder)
  })
})

describe("the chat", () => {
  const server = useServer("06-accounts")
  const signedUp = new Map<string, Promise<Response>>()

  /** Signs a user up, once for all checks. */
  function signUpOnce(username: string): Promise<Response> {
    const fields = { username, password: "correct horse", next: "/chat/a%20b/" }
    const answer = signedUp.get(username) ?? post(server(), "/signup/", fields)
    signedUp.set(username, answer)
    return answer
  }

  /** @returns the headers of a new user */
  async function userNamed(username: string): Promise<{ cookie: string }> {
    const [cookie = ""] = (await signUpOnce(username)).headers.getSetCookie()
    return { cookie: cookie.split(";")[0] ?? "" }
  }

  test("begins a session at sign-up, in a cookie that scripts cannot read", async () => {
    const answer = await signUpOnce("ann")
    expect(answer.status).toBe(303)
    expect(answer.headers.get("location")).toBe("/chat/a%20b/")
    const [cookie] = answer.headers.getSetCookie()
    expect(cookie).toMatch(
      /^sessionid=[\w-]{43}; Max-Age=1209600; Path=\/; HttpOnly; SameSite=Lax$/,
    )
  })

  test("sends a visitor to the login page, and from there back", async () => {
    const answer = await ask(server(), "/chat/a%20b/?x=1")
    expect(answer.status).toBe(302)
    const location = answer.headers.get("location") ?? ""
    expect(location).toBe("/login/?next=%2Fchat%2Fa%2520b%2F%3Fx%3D1")
    const page = await (await ask(server(), location)).text()
    const [field] = /<input type="hidden"[^>]*>/.exec(page) ?? []
    expect(field).toContain('value="/chat/a%20b/?x=1"')
  })

  test.each([
    ["without a cookie", {}],
    ["with a made-up key", { cookie: "sessionid=made-up" }],
  ])("opens no socket for a visitor %s", async (how, headers) => {
    const options = { headers, name: `a visitor ${how}` }
    for (const path of [room, "/ws/chat/a%2Fb/", "/no/such/socket/"]) {
      expect(await handshake(server(), path, options)).toBe("refused with 403")
    }
  })

  test("opens a user's socket only at the address of a room", async () => {
    const options = { headers: await userNamed("ann"), name: "Ann" }
    expect(await handshake(server(), room, options)).toBe("accepted")
    for (const path of ["/ws/chat/a%2Fb/", "/no/such/socket/"]) {
      expect(await handshake(server(), path, options)).toBe("refused with 404")
    }
  })

  test("names the author of each message, whatever a client claims", async () => {
    const path = "/ws/chat/authors/"
    const headers = { ann: await userNamed("ann"), bob: await userNamed("bob") }
    const options = { headers: headers.ann, name: "Ann" }
    const ann = await connect(server(), path, options)
    const bob = await connect(server(), path, {
      headers: headers.bob,
      name: "Bob",
    })
    ann.send('{"message": "hi", "author": "bob"}')
    const frame = { message: "hi", author: "ann" }
    expect(await ann.nextFrame()).toEqual(frame)
    expect(await bob.nextFrame()).toEqual(frame)
  })

  test("opens no socket for a page of another site, even with the user's cookie", async () => {
    const user = await userNamed("ann")
    const from = (origin: string) => ({ headers: { ...user, origin } })
    const [other, own] = ["http://localhost:1", server().url("")]
    const foreign = { ...from(other), name: "Ann's browser, at another site," }
    expect(await handshake(server(), room, foreign)).toBe("refused with 403")
    const ours = { ...from(own), name: "Ann's browser, at our page," }
    expect(await handshake(server(), room, ours)).toBe("accepted")
  })

  test("ends a session at the next login and at logout", async () => {
    await userNamed("ann")
    const before = await logIn(server(), "ann")
    const fields = { username: "ann", password: "correct horse" }
    const answer = await post(server(), "/login/", fields, before)
    const [set = ""] = answer.headers.getSetCookie()
    const after = { cookie: set.split(";")[0] ?? "" }
    const old = { headers: before, name: "Ann, with her old cookie," }
    const now = { headers: after, name: "Ann, with her new cookie," }
    expect(await handshake(server(), room, old)).toBe("refused with 403")
    expect(await handshake(server(), room, now)).toBe("accepted")
    const out = await post(server(), "/logout/", {}, after)
    expect(out.headers.getSetCookie()[0]).toMatch(/^sessionid=; Max-Age=0/)
    expect(await handshake(server(), room, now)).toBe("refused with 403")
  })
})

describe("the accessors", () => {
  test("name the middleware that is missing", () => {
    const scope = scopeOf(visitor)
    expect(() => userOf(scope)).toThrow("AuthMiddleware must be above it.")
    expect(() => sessionOf(scope)).toThrow(
      "SessionMiddleware must be above it.",
    )
  })
})
