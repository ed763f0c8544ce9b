import { setImmediate } from "node:timers/promises"
import { describe, expect, test } from "vitest"
import type { Application, Scope } from "../steps/01-echo/application.ts"
import type { Kwargs } from "../steps/02-routing/path.ts"
import { ask } from "./support/ask.ts"
import { checks } from "./support/checks.ts"
import { load } from "./support/load.ts"
import { RawRequest } from "./support/raw-request.ts"
import { connect, handshake, useServer } from "./support/servers.ts"
import { did } from "./support/story.ts"

const { path } =
  await load<typeof import("../steps/02-routing/path.ts")>("02-routing/path.ts")
const { URLRouter, enter } = await load<
  Partial<typeof import("../steps/02-routing/url-router.ts")> &
    Pick<typeof import("../steps/02-routing/url-router.ts"), "URLRouter">
>("02-routing/url-router.ts")
const { urlRoute, urlRouteOf } = await load<
  typeof import("../steps/02-routing/url-route.ts")
>("02-routing/url-route.ts")
const { ProtocolTypeRouter } = await load<
  typeof import("../steps/02-routing/protocol-type-router.ts")
>("02-routing/protocol-type-router.ts")
const { normalRoomName, roomNameOf } = await load<
  typeof import("../steps/02-routing/room-name.ts")
>("02-routing/room-name.ts")

function scopeFor(address: string): Scope {
  return {
    type: "websocket",
    path: address,
    queryString: "",
    headers: {},
    subprotocols: [],
  }
}

/** Calls an application for an address, as the server would. */
function call(
  application: Application,
  address: string,
  scope = scopeFor(address),
): Promise<void> {
  did(`the server calls the router for ${address}`)
  const never = () => new Promise<never>(() => {})
  return application(scope, never, never)
}

/** How a request is refused. */
async function refusalOf(answer: Promise<unknown>): Promise<unknown> {
  try {
    await answer
    return "no error"
  } catch (error) {
    if (!(error instanceof Error)) return error
    const { message } = error
    return { status: "status" in error ? error.status : "none", message }
  }
}

/** An application that records the kwargs that it is called with. */
function recorder(calls: unknown[], name = "") {
  const application: Application = async (scope) => {
    const { kwargs } = urlRouteOf(scope)
    did(`${name || "an application"} is called with ${JSON.stringify(kwargs)}`)
    calls.push(name || kwargs)
  }
  return application
}

const nothing: Application = async () => {}

/** An application that takes a turn, and records when it returns. */
function slow(events: string[]): Application {
  return async () => {
    await setImmediate()
    events.push("the application returns")
  }
}

/** What a route captures from an address; undefined if it does not match. */
function captured(route: string, address: string): unknown {
  did(`path("${route}", application).match("${address}")`)
  return path(route, nothing).match(address)?.kwargs
}

const uuid = "0123abcd-0123-abcd-0123-0123456789ab"

checks("02-routing/convert", () => {
  test.each([
    ["a/<str:x>/", "a/room 1/", { x: "room 1" }],
    ["a/<x>/", "a/é/", { x: "é" }],
    ["i/<int:x>/", "i/007/", { x: 7 }],
    ["i/<int:x>/", "i/0/", { x: 0 }],
    ["s/<slug:x>/", "s/a-b_c/", { x: "a-b_c" }],
    ["u/<uuid:x>/", `u/${uuid}/`, { x: uuid }],
    ["p/<path:x>/", "p/x/y/z/", { x: "x/y/z" }],
    ["a.b/", "a.b/", {}],
    ["<x>/<int:y>/", "1/2/", { x: "1", y: 2 }],
  ])("%s captures the values in %s", (route, address, kwargs) => {
    expect(captured(route, address)).toEqual(kwargs)
  })

  test("a number too large to be exact is not an int", () => {
    const address = "i/99999999999999999999/"
    expect(captured("i/<int:x>/", address)).toBeUndefined()
  })
})

type Pattern = readonly [route: string, kwargs?: Kwargs]

/** The scope that nested routers give to an application. Uses `enter`, or real
 * routers for a design that has no `enter`.
 * @param patterns the routes, from the outermost router to the innermost */
async function follow(
  address: string,
  patterns: readonly Pattern[],
  scope = scopeFor(`/${address}`),
): Promise<Scope | undefined> {
  const shown = patterns.map(([route, kwargs]) => {
    return `"${route}"${kwargs ? ` with ${JSON.stringify(kwargs)}` : ""}`
  })
  did(`an application is found for ${address}, by ${shown.join(", then ")}`)
  let found: Scope | undefined
  let application: Application = async (it) => {
    found = it
  }
  if (!enter) {
    for (const [route, kwargs] of [...patterns].reverse()) {
      application = URLRouter([path(route, application, kwargs)])
    }
    await call(application, scope.path, scope).catch(() => {})
    return found
  }
  found = scope
  for (const [index, [route, kwargs]] of patterns.entries()) {
    const isLast = index === patterns.length - 1
    const row = path(route, isLast ? application : URLRouter([]), kwargs)
    const left = urlRoute.find(found)?.remaining ?? address
    found = enter(row, left, found)
    if (!found) return undefined
  }
  return found
}

checks("02-routing/merge-kwargs", () => {
  const outer: Pattern = ["pre/<str:g>/", { n: 0 }]
  const inner: Pattern = ["<int:n>/"]

  test("the scope contains what the route captured", async () => {
    const scope = await follow("3/", [inner])
    expect(scope && urlRouteOf(scope)).toEqual({
      kwargs: { n: 3 },
      remaining: "",
    })
  })

  test("kwargs of nested routes are merged, and the inner one wins", async () => {
    const scope = await follow("pre/g/3/", [outer, inner])
    expect(scope && urlRouteOf(scope)).toEqual({
      kwargs: { g: "g", n: 3 },
      remaining: "",
    })
  })

  test("a route that does not match gives no scope", async () => {
    expect(await follow("x/", [inner])).toBeUndefined()
  })

  test("the original scope does not change", async () => {
    const scope = scopeFor("/3/")
    const before = { ...scope }
    await follow("3/", [inner], scope)
    expect(scope).toEqual(before)
  })
})

checks("02-routing/first-match", () => {
  test("an application gets what its route captured", async () => {
    const calls: unknown[] = []
    did('URLRouter([path("<x>/", an application)])')
    await call(URLRouter([path("<x>/", recorder(calls))]), "/q/")
    expect(calls).toEqual([{ x: "q" }])
  })

  test("the first route that matches is used", async () => {
    const calls: unknown[] = []
    const routes = ["first", "second"].map((name) =>
      path("<x>/", recorder(calls, name)),
    )
    did('URLRouter([path("y/", …), path("<x>/", first), path("<x>/", second)])')
    await call(URLRouter([path("y/", nothing), ...routes]), "/q/")
    expect(calls).toEqual(["first"])
  })

  test("a router returns when the application that it called returns", async () => {
    const events: string[] = []
    await call(URLRouter([path("x/", slow(events))]), "/x/")
    events.push("the router returns")
    expect(events).toEqual(["the application returns", "the router returns"])
  })

  test("if a nested router has no route, the next route is used", async () => {
    const calls: unknown[] = []
    did(
      'URLRouter([path("pre/<str:g>/", a router), path("pre/q/other/", later)])',
    )
    const outer = URLRouter([
      path("pre/<str:g>/", URLRouter([path("x/", recorder(calls, "inner"))])),
      path("pre/q/other/", recorder(calls, "later")),
    ])
    await call(outer, "/pre/q/other/")
    expect(calls).toEqual(["later"])
  })

  test("an application's error ends the search", async () => {
    const failing: Application = async () => {
      throw new Error("its own")
    }
    const calls: unknown[] = []
    did("two routes match; the application of the first throws an error")
    const router = URLRouter([
      path("x/", URLRouter([path("", failing)])),
      path("x/", recorder(calls, "the next route")),
    ])
    await expect(call(router, "/x/")).rejects.toThrow("its own")
    expect(calls).toEqual([])
  })

  test("a NoRouteError from an application that is not a router ends the search", async () => {
    const missing = await call(URLRouter([]), "/x/").catch((error) => error)
    const failing: Application = async () => {
      throw missing
    }
    did("two routes match; the application of the first throws a NoRouteError")
    const router = URLRouter([path("x/", failing), path("x/", nothing)])
    await expect(call(router, "/x/")).rejects.toBe(missing)
  })
})

checks("02-routing/protocol-type", () => {
  test("the application for the scope's type is called", async () => {
    const calls: unknown[] = []
    const router = ProtocolTypeRouter({
      http: async () => void calls.push("the one for pages"),
      websocket: async () => void calls.push("the one for sockets"),
    })
    await call(router, "/")
    expect(calls).toEqual(["the one for sockets"])
  })

  test("the router returns when the application that it called returns", async () => {
    const events: string[] = []
    const websocket = slow(events)
    await call(ProtocolTypeRouter({ websocket }), "/")
    events.push("the router returns")
    expect(events).toEqual(["the application returns", "the router returns"])
  })

  test("a type without an application is refused with 404", async () => {
    expect(await refusalOf(call(ProtocolTypeRouter({}), "/"))).toEqual({
      status: 404,
      message: 'No application configured for scope type "websocket"',
    })
  })

  const server = useServer("02-routing")

  test("a page is refused with 404: main.ts has no application for it", async () => {
    const answer = await ask(server(), "/chat/")
    expect(answer.status).toBe(404)
    expect(await answer.text()).toContain('scope type "http"')
  })
})
checks("02-routing/room-name", () => {
  /** The room that a consumer reads behind a router. */
  async function roomAt(address: string): Promise<unknown> {
    const rooms: string[] = []
    const chat: Application = async (scope) => {
      rooms.push(roomNameOf(scope))
    }
    const router = URLRouter([path("rooms/<path:roomName>/", chat)])
    await call(router, address)
    return rooms[0]
  }

  test("the room's name is what the route captured, normalized", async () => {
    expect(await roomAt("/rooms/ cafe\u0301/")).toBe("caf\u00e9")
  })

  test.each([
    ["a slash", "a/b"],
    ["two dots", ".."],
    ["an invisible character", "lob\u200bby"],
    ["201 characters", "x".repeat(201)],
  ])("an invalid room name is refused with 404: %s", async (_what, name) => {
    expect(await refusalOf(roomAt(`/rooms/${name}/`))).toEqual({
      status: 404,
      message: expect.stringMatching(/\S/),
    })
  })

  test("a kwarg that is not a string is not a room name", async () => {
    const chat: Application = async (scope) => void roomNameOf(scope)
    const router = URLRouter([path("rooms/<int:roomName>/", chat)])
    expect(await refusalOf(call(router, "/rooms/7/"))).toEqual({
      status: 404,
      message: expect.stringMatching(/\S/),
    })
  })
})

describe("path", () => {
  test.each([
    ["a/<str:x>/", "a/x/y/"],
    ["a/<str:x>/", "a/x"],
    ["a/<str:x>/", "a//"],
    ["i/<int:x>/", "i/-1/"],
    ["i/<int:x>/", "i/1x/"],
    ["s/<slug:x>/", "s/a.b/"],
    ["u/<uuid:x>/", `u/${uuid.toUpperCase()}/`],
    ["a.b/", "axb/"],
  ])("%s does not match %s", (route, address) => {
    expect(captured(route, address)).toBeUndefined()
  })

  test("adds the route's own kwargs", () => {
    const route = path("d/<x>/", nothing, { k: 1 })
    expect(route.match("d/q/")?.kwargs).toEqual({ x: "q", k: 1 })
  })

  test.each([
    ["/a/", "begins without a slash"],
    ["a/<float:x>/", 'no converter "float"'],
    ["a/<constructor:x>/", 'no converter "constructor"'],
    ["a/<str:1x>/", "is not <converter:name>"],
  ])("refuses the route %s", (route, reason) => {
    expect(() => path(route, nothing)).toThrow(reason)
  })
})

describe("the name of a room", () => {
  test.each([
    ["a composed accent", "e\u0301", "é"],
    ["spaces around it", " lobby\u00a0", "lobby"],
    ["a byte order mark in front", "\ufefflobby", "lobby"],
    ["emoji that are joined", "👩🏽\u200d💻 ❤\ufe0f\u200d🔥", undefined],
    ["keycaps", "1\ufe0f\u20e3", undefined],
    ["a script that needs joiners", "می\u200cخواهم क्\u200dष", undefined],
  ])("with %s is %j", (_what, name, expected = name) => {
    expect(normalRoomName(name)).toBe(expected)
  })
})

describe("URLRouter", () => {
  test.each(["/a/x/", "//a/x/"])(
    "ignores the leading slashes of %s",
    async (address) => {
      const calls: unknown[] = []
      await call(URLRouter([path("a/<x>/", recorder(calls))]), address)
      expect(calls).toEqual([{ x: "x" }])
    },
  )

  test("a path without a route is refused with 404", async () => {
    await expect(call(URLRouter([]), "/a/")).rejects.toMatchObject({
      status: 404,
      message: 'No route found for path "a/".',
    })
  })

  test("merges the kwargs of nested routers", async () => {
    const calls: unknown[] = []
    const inner = URLRouter([path("x/<int:n>/", recorder(calls))])
    const outer = URLRouter([path("pre/<str:g>/", inner, { n: 0 })])
    await call(outer, "/pre/g/x/3/")
    expect(calls).toEqual([{ g: "g", n: 3 }])
  })

  test("must be above an application that reads what it found", () => {
    expect(() => urlRouteOf(scopeFor("/"))).toThrow(
      "URLRouter must be above it.",
    )
  })
})

describe("the chat", () => {
  const server = useServer("02-routing")

  test("echoes in any room", async () => {
    for (const room of ["lobby", "a%20b", "%C3%A9", "%F0%9F%98%80"]) {
      const client = await connect(server(), `/ws/chat/${room}/`)
      client.say(room)
      expect(await client.nextFrame()).toEqual({ message: room })
    }
  })

  test.each([
    "/",
    "/ws/chat/lobby",
    "/ws/chat//",
    "/ws/chat/a/b/",
    "/ws/chat/a%2Fb/",
  ])("finds no room at %s", async (address) => {
    expect(await handshake(server(), address)).toBe("refused with 404")
  })

  test("has no room whose name is longer than 200 characters", async () => {
    const address = `/ws/chat/${"x".repeat(201)}/`
    expect(await handshake(server(), address)).toBe("refused with 404")
  })

  test.each([".", ".."])("has no room %s", async (name) => {
    const { port } = server()
    const request = await RawRequest.upgrade(port, `/ws/chat/${name}/`)
    expect(await request.status()).toBe(404)
  })

  test.each([
    ["a zero-width space", "lob\u200bby"],
    ["a right-to-left override", "lobby\u202e"],
    ["a soft hyphen", "lob\u00adby"],
    ["a byte order mark", "lob\ufeffby"],
    ["a joiner between letters that do not join", "lob\u200dby"],
    ["a joiner at its end", "lobby\u200d"],
    ["a control character", "lob\u0007by"],
    ["an invisible letter", "lobby\u3164"],
    ["an invisible mark", "lob\u034fby"],
    ["a variation selector without an emoji", "lobby\ufe0f"],
    ["a line separator", "lob\u2028by"],
  ])("has no room whose name contains %s", async (_what, name) => {
    const address = `/ws/chat/${encodeURIComponent(name)}/`
    expect(await handshake(server(), address)).toBe("refused with 404")
  })
})
