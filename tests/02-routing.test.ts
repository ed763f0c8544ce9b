import { describe, expect, test } from "vitest"
import type { Application, Scope } from "../steps/01-echo/application.ts"
import { ask } from "./support/ask.ts"
import { load } from "./support/load.ts"
import { RawRequest } from "./support/raw-request.ts"
import { connect, handshakeStatus, useServer } from "./support/servers.ts"

const { path } =
  await load<typeof import("../steps/02-routing/path.ts")>("02-routing/path.ts")
const { URLRouter } = await load<
  typeof import("../steps/02-routing/url-router.ts")
>("02-routing/url-router.ts")
const { urlRouteOf } = await load<
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
function call(application: Application, address: string): Promise<void> {
  const never = () => new Promise<never>(() => {})
  return application(scopeFor(address), never, never)
}

/** An application that tells with which kwargs it was called. */
function recorder(calls: unknown[], name = "") {
  const application: Application = async (scope) => {
    calls.push(name || urlRouteOf(scope).kwargs)
  }
  return application
}

async function kwargsOf(route: string, address: string): Promise<unknown> {
  const calls: unknown[] = []
  await call(URLRouter([path(route, recorder(calls))]), address)
  return calls[0]
}

const uuid = "0123abcd-0123-abcd-0123-0123456789ab"

describe("path", () => {
  test.each([
    ["a/<str:x>/", "/a/room 1/", { x: "room 1" }],
    ["a/<x>/", "/a/é/", { x: "é" }],
    ["a/<x>/", "//a/x/", { x: "x" }],
    ["i/<int:x>/", "/i/007/", { x: 7 }],
    ["i/<int:x>/", "/i/0/", { x: 0 }],
    ["s/<slug:x>/", "/s/a-b_c/", { x: "a-b_c" }],
    ["u/<uuid:x>/", `/u/${uuid}/`, { x: uuid }],
    ["p/<path:x>/", "/p/x/y/z/", { x: "x/y/z" }],
    ["a.b/", "/a.b/", {}],
    ["<x>/<y>/", "/1/2/", { x: "1", y: "2" }],
  ])("%s at %s gives %o", async (route, address, kwargs) => {
    expect(await kwargsOf(route, address)).toEqual(kwargs)
  })

  test.each([
    ["a/<str:x>/", "/a/x/y/"],
    ["a/<str:x>/", "/a/x"],
    ["a/<str:x>/", "/a//"],
    ["i/<int:x>/", "/i/-1/"],
    ["i/<int:x>/", "/i/1x/"],
    ["i/<int:x>/", "/i/99999999999999999999/"],
    ["s/<slug:x>/", "/s/a.b/"],
    ["u/<uuid:x>/", `/u/${uuid.toUpperCase()}/`],
    ["a.b/", "/axb/"],
  ])("%s does not match %s", async (route, address) => {
    await expect(kwargsOf(route, address)).rejects.toMatchObject({
      status: 404,
      message: `No route found for path "${address.slice(1)}".`,
    })
  })

  test("adds the route's own kwargs", async () => {
    const calls: unknown[] = []
    const route = path("d/<x>/", recorder(calls), { k: 1 })
    await call(URLRouter([route]), "/d/q/")
    expect(calls).toEqual([{ x: "q", k: 1 }])
  })

  test.each([
    ["/a/", "begins without a slash"],
    ["a/<float:x>/", 'no converter "float"'],
    ["a/<constructor:x>/", 'no converter "constructor"'],
    ["a/<str:1x>/", "no <converter:name>"],
  ])("refuses the route %s", (route, reason) => {
    expect(() => path(route, recorder([]))).toThrow(reason)
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

  test("is what the route captured, in its normal form", async () => {
    const rooms: string[] = []
    const chat: Application = async (scope) => {
      rooms.push(roomNameOf(scope))
    }
    const router = URLRouter([path("rooms/<str:roomName>/", chat)])
    await call(router, "/rooms/ cafe\u0301/")
    expect(rooms).toEqual(["caf\u00e9"])
  })
})

describe("URLRouter", () => {
  test("takes the first route that matches", async () => {
    const calls: unknown[] = []
    const routes = ["first", "second"].map((name) =>
      path("<x>/", recorder(calls, name)),
    )
    await call(URLRouter(routes), "/q/")
    expect(calls).toEqual(["first"])
  })

  test("merges the kwargs of nested routers, outer to inner", async () => {
    const calls: unknown[] = []
    const inner = URLRouter([path("x/<int:n>/", recorder(calls))])
    const outer = URLRouter([path("pre/<str:g>/", inner, { n: 0 })])
    await call(outer, "/pre/g/x/3/")
    expect(calls).toEqual([{ g: "g", n: 3 }])
  })

  test("goes on with its next route when a nested one has none", async () => {
    const calls: unknown[] = []
    const outer = URLRouter([
      path("pre/<str:g>/", URLRouter([path("x/", recorder(calls, "inner"))])),
      path("pre/q/other/", recorder(calls, "later")),
    ])
    await call(outer, "/pre/q/other/")
    expect(calls).toEqual(["later"])
  })

  test("lets the errors of applications pass", async () => {
    const failing: Application = async () => {
      throw new Error("its own")
    }
    const router = URLRouter([path("x/", failing), path("x/", recorder([]))])
    await expect(call(router, "/x/")).rejects.toThrow("its own")
  })

  test("lets their NoRouteError pass, too: they are no routers", async () => {
    const missing = await call(URLRouter([]), "/x/").catch((error) => error)
    const failing: Application = async () => {
      throw missing
    }
    const router = URLRouter([path("x/", failing), path("x/", recorder([]))])
    await expect(call(router, "/x/")).rejects.toBe(missing)
  })

  test("leaves the caller's scope as it was", async () => {
    const scope = scopeFor("/q/")
    const before = { ...scope }
    const never = () => new Promise<never>(() => {})
    await URLRouter([path("<x>/", recorder([]))])(scope, never, never)
    expect(scope).toEqual(before)
  })

  test("must be above whoever asks what it found", () => {
    expect(() => urlRouteOf(scopeFor("/"))).toThrow(
      "URLRouter must be above it.",
    )
  })
})

test("ProtocolTypeRouter has no application for what it was not given", async () => {
  const calls: unknown[] = []
  const router = ProtocolTypeRouter({ websocket: recorder(calls, "socket") })
  await call(router, "/")
  expect(calls).toEqual(["socket"])
  await expect(call(ProtocolTypeRouter({}), "/")).rejects.toThrow(
    'No application configured for scope type "websocket"',
  )
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
    expect(await handshakeStatus(server(), address)).toBe(404)
  })

  test("has no room whose name is longer than 200 characters", async () => {
    const address = `/ws/chat/${"x".repeat(201)}/`
    expect(await handshakeStatus(server(), address)).toBe(404)
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
    ["a joiner that joins nothing", "lob\u200dby"],
    ["a joiner at its end", "lobby\u200d"],
    ["a control character", "lob\u0007by"],
    ["a letter that cannot be seen", "lobby\u3164"],
    ["a mark that cannot be seen", "lob\u034fby"],
    ["a variation of no emoji", "lobby\ufe0f"],
    ["a line separator", "lob\u2028by"],
  ])("has no room whose name contains %s", async (_what, name) => {
    const address = `/ws/chat/${encodeURIComponent(name)}/`
    expect(await handshakeStatus(server(), address)).toBe(404)
  })

  test("has no pages yet", async () => {
    const answer = await ask(server(), "/chat/")
    expect(answer.status).toBe(404)
    expect(await answer.text()).toContain('scope type "http"')
  })
})
