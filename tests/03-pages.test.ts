import { EventEmitter, once } from "node:events"
import { createServer, type RequestListener } from "node:http"
import type { AddressInfo } from "node:net"
import { Router } from "express"
import { describe, expect, onTestFinished, test } from "vitest"
import { ask } from "./support/ask.ts"
import { load } from "./support/load.ts"
import { RawRequest } from "./support/raw-request.ts"
import { connect, handshake, useServer } from "./support/servers.ts"

const { jsonScript } = await load<
  typeof import("../steps/03-pages/json-script.ts")
>("03-pages/json-script.ts")

const { chatPages } = await load<
  typeof import("../steps/03-pages/chat-pages.ts")
>("03-pages/chat-pages.ts")
const { expressApplication, scopeOf } = await load<
  typeof import("../steps/03-pages/express-application.ts")
>("03-pages/express-application.ts")
const { httpScope } = await load<
  typeof import("../steps/01-echo/server/scope.ts")
>("01-echo/server/scope.ts")

const server = useServer("03-pages")

async function get(path: string) {
  const answer = await ask(server(), path)
  return { answer, html: await answer.text() }
}

describe("the pages", () => {
  test("ask for a room", async () => {
    const { answer, html } = await get("/chat/")
    expect(answer.status).toBe(200)
    expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8")
    expect(html).toContain('id="room-name-input"')
    expect(html).toContain('id="room-name-submit"')
  })

  test("lead to the room that was asked for, whatever its name", async () => {
    const { answer } = await get("/chat/?room=a%3F%23%20%C3%A9")
    expect(answer.status).toBe(302)
    expect(answer.headers.get("location")).toBe("/chat/a%3F%23%20%C3%A9/")
  })

  test.each(["", "a%2Fb", ".", "..", "x".repeat(201)])(
    'say what is wrong with the room name "%s"',
    async (name) => {
      const { answer, html } = await get(`/chat/?room=${name}`)
      expect(answer.status).toBe(400)
      expect(html).toContain("1 to 200 visible characters and no slash")
    },
  )

  test("have a room with what its script needs", async () => {
    const { answer, html } = await get("/chat/lobby/")
    expect(answer.status).toBe(200)
    for (const id of [
      "chat-log",
      "chat-message-input",
      "chat-message-submit",
    ]) {
      expect(html).toContain(`id="${id}"`)
    }
    expect(html.match(/<script.*lobby.*/)?.[0]).toBe(
      '<script id="room-name" type="application/json">"lobby"</script>',
    )
  })

  test("have a room whose name looks like an escape", async () => {
    const { answer, html } = await get("/chat/100%2525/")
    expect(answer.status).toBe(200)
    expect(html).toContain('type="application/json">"100%25"</script>')
  })

  test("cannot be broken out of by a room's name", async () => {
    const name = `<script><img src=x onerror="alert(1)">'&`
    const { html } = await get(`/chat/${encodeURIComponent(name)}/`)
    expect(html.match(/.*<img.*/)?.[0]).toBeUndefined()
    expect(html).not.toContain(name)
    const json = /type="application\/json">(.*)<\/script>/.exec(html)?.[1]
    expect(JSON.parse(json ?? "")).toBe(name)
  })

  test.each([
    ["/", "/chat/"],
    ["/chat", "/chat/"],
    ["/chat/lobby", "/chat/lobby/"],
    ["/chat/a%20b", "/chat/a%20b/"],
    ["/chat?room=a%20b", "/chat/?room=a%20b"],
  ])("redirect %s to %s", async (path, target) => {
    const { answer } = await get(path)
    expect(answer.status).toBe(301)
    expect(answer.headers.get("location")).toBe(target)
  })

  test.each([
    ["/chat/e%CC%81/", "/chat/%C3%A9/"],
    ["/chat/%20lobby%20/", "/chat/lobby/"],
    ["/chat/lobby%EF%BB%BF/", "/chat/lobby/"],
    ["/chat/?room=%20lobby", "/chat/lobby/"],
  ])("lead from %s to the room's own address %s", async (path, target) => {
    const { answer } = await get(path)
    expect(answer.headers.get("location")).toBe(target)
    expect([301, 302]).toContain(answer.status)
  })

  test.each([
    ["/nope/", 404],
    ["/CHAT/", 404],
    ["/chat/a/b/", 404],
    ["/chat/a%2Fb/", 404],
    ["/chat/lob%E2%80%8Bby/", 404],
    [`/chat/${"x".repeat(201)}/`, 404],
    ["/ws/chat/lobby/", 404],
    ["/static/03-pages/../main.ts", 404],
  ])("answer %s with %i, on a page", async (path, status) => {
    const raw = await rawGet(path)
    expect(await raw.status()).toBe(status)
    expect(await raw.head()).toContain("Content-Type: text/html; charset=utf-8")
  })

  test.each(["/chat/%zz/", "/chat/%ff/"])(
    "are not even asked for %s, which is no address",
    async (path) => {
      expect(await (await rawGet(path)).status()).toBe(400)
    },
  )

  async function rawGet(path: string): Promise<RawRequest> {
    const { port } = server()
    const line = `GET ${path} HTTP/1.1`
    return RawRequest.send(port, [line, `Host: localhost:${port}`])
  }

  test("answer a request that asks for another upgrade", async () => {
    // As `curl --http2` does, and Java's client by default.
    const { port } = server()
    const raw = await RawRequest.send(port, [
      "GET /chat/lobby HTTP/1.1",
      `Host: localhost:${port}`,
      "Connection: Upgrade, HTTP2-Settings",
      "Upgrade: h2c",
      "HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA",
    ])
    expect(await raw.status()).toBe(301)
  })

  test("let no other site frame them or run scripts in them", async () => {
    const { answer } = await get("/chat/")
    expect(answer.headers.get("content-security-policy")).toBe(
      "default-src 'self'; frame-ancestors 'none'",
    )
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff")
    expect(answer.headers.get("x-powered-by")).toBeNull()
  })

  test("load only files that are there", async () => {
    const { html } = await get("/chat/lobby/")
    const files = [...html.matchAll(/(?:src|href)="(\/static\/[^"]+)"/g)]
    expect(files).toHaveLength(3)
    for (const [, path = ""] of files) {
      expect((await get(path)).answer.status).toBe(200)
    }
  })
})

test("sockets are served beside the pages, and only at their own address", async () => {
  const client = await connect(server(), "/ws/chat/lobby/")
  client.say("hi")
  expect(await client.nextFrame()).toEqual({ message: "hi" })
  expect(await handshake(server(), "/chat/lobby/")).toBe("refused with 404")
})

test("json_script shows a value as it is, and nothing ends it early", () => {
  const value = { text: "</script><!--<script>&amp;\u2028" }
  const html = jsonScript(value, "data")
  expect(html.match(/<\/?script/g)).toEqual(["<script", "</script"])
  const json = html.replace(/^<script[^>]*>|<\/script>$/g, "")
  expect(JSON.parse(json)).toEqual(value)
})

test("json_script takes no id that could break out", () => {
  expect(() => jsonScript("value", 'x"><script>')).toThrow(RangeError)
})

test("Express as an application returns when its answer is over", async () => {
  const order: string[] = []
  const pages = Router().get("/", (request, response) => {
    order.push(`asked for ${scopeOf(request).path}`)
    setImmediate(() => response.end())
  })
  const application = expressApplication(pages)
  const events = new EventEmitter()
  const returned = once(events, "returned")
  const url = await serve(async (request, response) => {
    response.on("close", () => order.push("answered"))
    await application(httpScope(request, response), never, never)
    order.push("returned")
    events.emit("returned")
  })
  await fetch(url)
  await returned
  expect(order).toEqual(["asked for /", "answered", "returned"])
})

test("Express as an application returns when the visitor has gone", async () => {
  const events = new EventEmitter()
  const asked = once(events, "asked")
  const returned = once(events, "returned")
  const application = expressApplication(
    Router().get("/", () => void events.emit("asked")),
  )
  const url = await serve(async (request, response) => {
    await application(httpScope(request, response), never, never)
    events.emit("returned")
  })
  const visitor = new AbortController()
  const answer = fetch(url, { signal: visitor.signal })
  await asked
  visitor.abort()
  await expect(answer).rejects.toThrow("aborted")
  await returned
})

test("the pages are made from the templates that were given", async () => {
  const given = { status: 200, sentence: "another page" }
  const room = "03-pages/error.html"
  const index = room
  const pages = chatPages({ index, room, context: () => given })
  const application = expressApplication(pages)
  const url = await serve((request, response) => {
    void application(httpScope(request, response), never, never)
  })
  for (const path of ["/chat/", "/chat/lobby/"]) {
    const answer = await fetch(url + path)
    expect(await answer.text()).toContain("another page")
  }
})

test("the pages ask whoever serves them what else their templates need", async () => {
  const asked: string[] = []
  const application = expressApplication(
    chatPages({
      index: "03-pages/index.html",
      room: "03-pages/room.html",
      context: ({ path }) => {
        asked.push(path)
        return {}
      },
    }),
  )
  const url = await serve((request, response) => {
    void application(httpScope(request, response), never, never)
  })
  const paths = ["/chat/", "/chat/lobby/"]
  for (const path of paths) await fetch(url + path)
  expect(asked).toEqual(paths)
})

/** @returns the address */
async function serve(listener: RequestListener): Promise<string> {
  const node = createServer(listener)
  onTestFinished(() => void node.close())
  await once(node.listen(0, "127.0.0.1"), "listening")
  const { port } = node.address() as AddressInfo
  return `http://127.0.0.1:${port}`
}

/** Nothing of a socket is there for a page. */
function never(): never {
  throw new Error("A page has no socket")
}
