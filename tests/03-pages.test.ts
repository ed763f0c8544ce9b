import { EventEmitter, once } from "node:events"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { setImmediate as turn } from "node:timers/promises"
import { inspect } from "node:util"
import { type Request, Router } from "express"
import { describe, expect, onTestFinished, test, vi } from "vitest"
import type { HttpScope } from "../steps/01-echo/application.ts"
import { patienceMs } from "../workbook/patience.ts"
import { Unmet } from "../workbook/unmet.ts"
import { ask } from "./support/ask.ts"
import { checks } from "./support/checks.ts"
import { scriptIn, textIn } from "./support/html.ts"
import { load } from "./support/load.ts"
import { RawRequest } from "./support/raw-request.ts"
import { connect, handshake, useServer } from "./support/servers.ts"
import { did } from "./support/story.ts"

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

checks("03-pages/json-script", () => {
  /** The element as a browser reads it. */
  function element(value: unknown, id = "data") {
    did(`jsonScript(${visible(JSON.stringify(value))}, "${id}")`)
    return scriptIn(jsonScript(value, id))
  }

  test("the script element has the id, a type that never runs, and the value", () => {
    expect(element("lobby", "room-name")).toEqual({
      attributes: { id: "room-name", type: "application/json" },
      text: '"lobby"',
      after: "",
    })
  })

  test.each([
    ["an end tag", "</script>"],
    ["an end tag in capitals", "</SCRIPT >"],
    ["two end tags", "</script></script>"],
    ["a script within a comment", "<!--<script>"],
    ["a character reference", "&lt;b&gt; &amp;"],
    ["quotes", `"it's"`],
    ["backslashes", String.raw`\u003C \n`],
    ["line separators", "one\u2028two\u2029three\u2028"],
    ["a dollar sign", "$& $1"],
    ["an empty string", ""],
    ["a number", 0],
    ["nothing", null],
    ["an object", { list: ["</script>", { text: "<!--<script>" }] }],
  ])("a script reads the value back: %s", (_what, value) => {
    const { text = "", after } = element(value) ?? {}
    expect({ read: parsed(text), after }).toEqual({ read: value, after: "" })
  })

  test("no character in the table of escapes is left in the text", () => {
    const characters = ["<", ">", "&", "\u2028", "\u2029"]
    const value = characters.join("").repeat(2)
    const { text = "" } = element(value) ?? {}
    const left = characters.filter((character) => text.includes(character))
    expect(left.map(visible)).toEqual([])
  })
})

/** Line separators would break the line of a failure. */
function visible(text: string): string {
  return text.replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029")
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return `not JSON: ${text}`
  }
}

/** Serves only pages, in this process.
 * @param events records what happens to each request
 * @param added what middleware would have added to its scope */
async function servePages(
  pages: Router,
  events: string[] = [],
  added: object = {},
) {
  let isCalled = false
  const called = Router().use((_request, _response, next) => {
    isCalled = true
    next()
  }, pages)
  const application = expressApplication(called)
  const news = new EventEmitter()
  function fail(error: unknown): void {
    if (news.listenerCount("error") > 0) news.emit("error", error)
  }
  const node = createServer((request, response) => {
    response.on("close", () => {
      events.push("the response is over")
      news.emit("over")
    })
    const scope: HttpScope = { ...httpScope(request, response), ...added }
    application(scope, never, never).then(
      () => events.push("the application returns"),
      fail,
    )
    void idle().then(() => {
      if (!isCalled) fail(new Unmet("Express is called", "no call"))
    })
  })
  onTestFinished(() => {
    node.close()
    node.closeAllConnections()
  })
  await once(node.listen(0, "127.0.0.1"), "listening")
  const { port } = node.address() as AddressInfo
  return {
    url: (path: string) => `http://127.0.0.1:${port}${path}`,

    /** Resolves when a response is over, and what waits for that has run.
     * @throws what the application throws */
    async over(): Promise<void> {
      const signal = AbortSignal.timeout(patienceMs)
      await once(news, "over", { signal }).catch((error) => {
        if (!signal.aborted) throw error
        const received = `no end within ${patienceMs / 1_000} s`
        throw new Unmet("an answer to the request", received)
      })
      await idle()
    },
  }
}

/** Waits until everything has run that waits for no event from outside. */
async function idle(): Promise<void> {
  for (let count = 0; count < 10; count++) await turn()
}

checks("03-pages/call-express", () => {
  /** @param stop ends the request, as a visitor who leaves does */
  async function visit(
    pages: Router,
    events: string[],
    stop = new AbortController(),
    added = {},
  ): Promise<void> {
    const server = await servePages(pages, events, added)
    const over = server.over()
    did("a visitor asks for /")
    const answer = fetch(server.url("/"), { signal: stop.signal })
    answer.catch(() => {}) // the visitor has gone
    await over
  }

  test("a page's handler finds its scope, with the values from middleware", async () => {
    const found: unknown[] = []
    const pages = Router().get("/", (request, response) => {
      try {
        found.push(scopeOf(request).added)
      } catch (error) {
        found.push(error)
      }
      response.end()
    })
    await visit(pages, [], undefined, { added: "by middleware" })
    expect(found).toEqual(["by middleware"])
  })

  test("the application returns only when its response is over", async () => {
    const events: string[] = []
    const pages = Router().get("/", (_request, response) => {
      events.push("the handler is called")
      setImmediate(() => {
        events.push("the handler answers")
        response.end()
      })
    })
    await visit(pages, events)
    expect(events).toEqual([
      "the handler is called",
      "the handler answers",
      "the response is over",
      "the application returns",
    ])
  })

  test("the application returns when the visitor leaves", async () => {
    const events: string[] = []
    const stop = new AbortController()
    const pages = Router().get("/", () => {
      events.push("the handler is called")
      did("the visitor leaves before there is an answer")
      stop.abort()
    })
    await visit(pages, events, stop)
    expect(events).toEqual([
      "the handler is called",
      "the response is over",
      "the application returns",
    ])
  })
})

checks("03-pages/room-page", () => {
  const server = useServer("03-pages")

  /** What a visitor and the page's script see. */
  async function seen(path: string) {
    const { answer, html } = await get(server(), path)
    const script = scriptIn(html, "room-name")
    const forScript = script && parsed(script.text)
    return { status: answer.status, heading: textIn(html, "h1"), forScript }
  }

  test.each([
    "lobby",
    "a b",
    "\u00e9",
    "100%",
    "100%25",
    `<script><img src=x onerror="alert(1)">'&`,
  ])(
    "the page of the room %s shows its name, and passes it to the script",
    async (name) => {
      expect(await seen(`/chat/${encodeURIComponent(name)}/`)).toEqual({
        status: 200,
        heading: name,
        forScript: name,
      })
    },
  )

  test("a room's name never becomes markup", async () => {
    const name = `<script><img src=x onerror="alert(1)">'&`
    const path = `/chat/${encodeURIComponent(name)}/`
    const { html } = await get(server(), path)
    const elements = [/<img[^>]*>/, /<script>/].map((it) => it.exec(html)?.[0])
    expect(elements, "an element in the name").toEqual([undefined, undefined])
  })

  /** Asks these pages for a room, in this process.
   * @returns the page, and the errors that the server printed */
  async function visit(pages: Router, path: string) {
    const print = vi.spyOn(console, "error").mockImplementation(() => {})
    onTestFinished(() => print.mockRestore())
    const server = await servePages(pages)
    const over = server.over()
    over.catch(() => {}) // it is awaited below
    const html = await get(server, path).then(
      (answered) => answered.html,
      () => "", // the connection has been ended
    )
    await over
    const errors = print.mock.calls.map(([error]) => {
      return String(error).split("\n").at(-1)?.trim()
    })
    for (const error of errors) did(`the server prints: ${error}`)
    return { html, errors }
  }

  test("a request that is redirected gets no second answer", async () => {
    const { errors } = await visit(chatPages(), "/chat/%20lobby/")
    expect(errors).toEqual([])
  })

  test.each([
    ["/chat/e%CC%81/", "/chat/%C3%A9/"],
    ["/chat/%20lobby%20/", "/chat/lobby/"],
    ["/chat/lobby%EF%BB%BF/", "/chat/lobby/"],
    ["/chat/%20what%3F%20100%25/", "/chat/what%3F%20100%25/"],
  ])(
    "%s redirects to the address of the room's normalized name",
    async (path, location) => {
      const { answer } = await get(server(), path)
      expect({
        status: answer.status,
        location: answer.headers.get("location"),
      }).toEqual({ status: 301, location })
    },
  )

  test.each([
    ["a slash", "a/b"],
    ["two dots", "..\u00a0"],
    ["an invisible character", "lob\u200bby"],
    ["201 characters", "x".repeat(201)],
  ])(
    "an invalid room name is answered with an error page and 404: %s",
    async (_what, name) => {
      const path = `/chat/${encodeURIComponent(name)}/`
      expect(await seen(path)).toEqual({
        status: 404,
        heading: "404",
        forScript: undefined,
      })
    },
  )

  test("the page is rendered from options.room, with the values of options.context", async () => {
    const room = "03-pages/error.html" // which is made of these two
    const given = { status: "Hello", sentence: "added by options.context" }
    did(`chatPages({ room: "${room}", context: () => (${inspect(given)}), … })`)
    const pages = chatPages({ index: room, room, context: () => given })
    const { html } = await visit(pages, "/chat/lobby/")
    const page = { status: textIn(html, "h1"), sentence: textIn(html, "p") }
    expect(page).toEqual(given)
  })

  test("options.context is called with the request", async () => {
    const asked: string[] = []
    const context = ({ path }: Request) => {
      asked.push(path)
      return {}
    }
    did("chatPages({ context: (request) => …, … })")
    const options = { index: "03-pages/index.html", room: "03-pages/room.html" }
    await visit(chatPages({ ...options, context }), "/chat/lobby/")
    expect(asked).toEqual(["/chat/lobby/"])
  })
})

async function get(server: { url(path: string): string }, path: string) {
  const answer = await ask(server, path)
  return { answer, html: await answer.text() }
}

describe("the pages", () => {
  const server = useServer("03-pages")

  test("ask for a room", async () => {
    const { answer, html } = await get(server(), "/chat/")
    expect(answer.status).toBe(200)
    expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8")
    expect(html).toContain('id="room-name-input"')
    expect(html).toContain('id="room-name-submit"')
  })

  test("redirect to the requested room, whatever its name", async () => {
    const { answer } = await get(server(), "/chat/?room=a%3F%23%20%C3%A9")
    expect(answer.status).toBe(302)
    expect(answer.headers.get("location")).toBe("/chat/a%3F%23%20%C3%A9/")
  })

  test.each(["", "a%2Fb", ".", "..", "x".repeat(201)])(
    'say what is wrong with the room name "%s"',
    async (name) => {
      const { answer, html } = await get(server(), `/chat/?room=${name}`)
      expect(answer.status).toBe(400)
      expect(html).toContain("1 to 200 visible characters and no slash")
    },
  )

  test("have the elements that the script of a room needs", async () => {
    const { answer, html } = await get(server(), "/chat/lobby/")
    expect(answer.status).toBe(200)
    for (const id of [
      "chat-log",
      "chat-message-input",
      "chat-message-submit",
    ]) {
      expect(html).toContain(`id="${id}"`)
    }
  })

  test.each([
    ["/", "/chat/"],
    ["/chat", "/chat/"],
    ["/chat/lobby", "/chat/lobby/"],
    ["/chat/a%20b", "/chat/a%20b/"],
    ["/chat?room=a%20b", "/chat/?room=a%20b"],
  ])("redirect %s to %s", async (path, target) => {
    const { answer } = await get(server(), path)
    expect(answer.status).toBe(301)
    expect(answer.headers.get("location")).toBe(target)
  })

  test("redirect to the normalized name of the requested room", async () => {
    const { answer } = await get(server(), "/chat/?room=%20lobby")
    expect(answer.status).toBe(302)
    expect(answer.headers.get("location")).toBe("/chat/lobby/")
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
  ])("answer %s with %i and an error page", async (path, status) => {
    const raw = await rawGet(path)
    expect(await raw.status()).toBe(status)
    expect(await raw.head()).toContain("Content-Type: text/html; charset=utf-8")
  })

  test.each(["/chat/%zz/", "/chat/%ff/"])(
    "answer %s, which is not a valid address, with 400",
    async (path) => {
      expect(await (await rawGet(path)).status()).toBe(400)
    },
  )

  async function rawGet(path: string): Promise<RawRequest> {
    const { port } = server()
    const line = `GET ${path} HTTP/1.1`
    return RawRequest.send(port, [line, `Host: localhost:${port}`])
  }

  test("answer a request that also asks for another protocol", async () => {
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

  test("keep other sites from framing them or running scripts in them", async () => {
    const { answer } = await get(server(), "/chat/")
    const names = [
      "content-security-policy",
      "x-content-type-options",
      "x-powered-by",
    ]
    const headers = names.map((name) => [name, answer.headers.get(name)])
    expect(Object.fromEntries(headers)).toEqual({
      "content-security-policy": "default-src 'self'; frame-ancestors 'none'",
      "x-content-type-options": "nosniff",
      "x-powered-by": null,
    })
  })

  test("load only files that the server has", async () => {
    const { html } = await get(server(), "/chat/lobby/")
    const files = [...html.matchAll(/(?:src|href)="(\/static\/[^"]+)"/g)]
    expect(files).toHaveLength(4)
    for (const [, path = ""] of files) {
      expect((await get(server(), path)).answer.status).toBe(200)
    }
  })

  test("are served beside the sockets, which have their own addresses", async () => {
    const client = await connect(server(), "/ws/chat/lobby/")
    client.say("hi")
    expect(await client.nextFrame()).toEqual({ message: "hi" })
    expect(await handshake(server(), "/chat/lobby/")).toBe("refused with 404")
  })
})

test("jsonScript rejects an id that could end the attribute", () => {
  expect(() => jsonScript("value", 'x"><script>')).toThrow(RangeError)
})

test("the index is rendered from options.index, with the values of options.context", async () => {
  const asked: string[] = []
  const index = "03-pages/error.html"
  const pages = chatPages({
    index,
    room: index,
    context: ({ path }) => {
      asked.push(path)
      return { status: 200, sentence: "another page" }
    },
  })
  const { html } = await get(await servePages(pages), "/chat/")
  expect(textIn(html, "p")).toBe("another page")
  expect(asked).toEqual(["/chat/"])
})

/** A page receives no events and sends none. */
function never(): never {
  throw new Error("A page has no socket")
}
