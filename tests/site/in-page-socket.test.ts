import { createHash } from "node:crypto"
import { describe, expect, onTestFinished, test, vi } from "vitest"
import type { OpenSocket } from "../../docs/.vitepress/theme/in-page/client-socket.ts"
import { InPageSocket } from "../../docs/.vitepress/theme/in-page/in-page-socket.ts"
import * as standIn from "../../docs/.vitepress/theme/in-page/node-crypto.ts"
import type {
  Application,
  ClientEvent,
  Scope,
} from "../../steps/01-echo/application.ts"
import { RequestError } from "../../steps/01-echo/request-error.ts"
import { ProtocolServer } from "../../steps/01-echo/server/protocol-server.ts"
import { converse, type Script } from "./conversation.ts"
import { overNetwork } from "./network-socket.ts"

const script: Script = {
  paths: ["/a/", "/b%20c/?x=1&y=%C3%A9?"],
  frames: [
    { by: 0, frame: "hello" },
    { by: 1, frame: [1, 2, 3] },
  ],
}

const applications: Record<string, Application> = {
  "echoes frames of both kinds": async (_scope, receive, send) => {
    for (;;) {
      const event = await receive()
      if (event.type === "websocket.disconnect") return
      if (event.type === "websocket.connect") {
        await send({ type: "websocket.accept" })
      } else {
        await send({ type: "websocket.send", data: event.data })
      }
    }
  },
  "throws before it accepts": async () => {
    throw new Error("as the check wants it")
  },
  "refuses with a status of its own": async () => {
    throw new RequestError(418, "No coffee here")
  },
  "closes before it accepts": async (_scope, _receive, send) => {
    await send({ type: "websocket.close", code: 4001 })
  },
  "sends before it accepts": async (_scope, _receive, send) => {
    await send({ type: "websocket.send", data: "too early" })
  },
  "throws at the first frame": accepted(async () => {
    throw new Error("as the check wants it")
  }),
  "throws a refusal too late": accepted(async () => {
    throw new RequestError(404, "Too late for a status")
  }),
  "closes at the first frame": accepted(async (send) => {
    await send({ type: "websocket.close", code: 4002, reason: "enough" })
    await send({ type: "websocket.send", data: "is not sent" })
  }),
  "closes without a code": accepted(async (send) => {
    await send({ type: "websocket.close", code: undefined })
  }),
  "accepts twice": accepted((send) => send({ type: "websocket.accept" })),
  "returns at the first frame": accepted(async () => {}),
}

describe("an application in a page is served as on the real server: it", () => {
  test.each(Object.entries(applications))("%s", async (_name, application) => {
    vi.spyOn(console, "error").mockReturnValue()
    onTestFinished(() => void vi.restoreAllMocks())
    const real = await converse(await serve(application), script)
    const inPage = await converse(inThisPage(application), script)
    expect(real.flat()).not.toEqual([])
    expect(inPage).toEqual(real)
  })

  test("gets the same path and query", async () => {
    const scopes: Scope[] = []
    const application: Application = async (scope, _receive, send) => {
      scopes.push(scope)
      await send({ type: "websocket.close" })
    }
    await converse(await serve(application), script)
    await converse(inThisPage(application), script)
    const asked = scopes.map(({ type, path, queryString }) => {
      return { type, path, queryString }
    })
    expect(asked[1]).toMatchObject({ path: "/b c/" })
    expect(asked.slice(2)).toEqual(asked.slice(0, 2))
  })

  test.each([
    { what: "leaves", frame: "hello" },
    { what: "sends too much", frame: "x".repeat(65_537) },
  ])("gets the same events from a client that $what", async ({ frame }) => {
    const told: ClientEvent[][] = []
    const over: Promise<void>[] = []
    const application: Application = (_scope, receive, send) => {
      const events: ClientEvent[] = []
      told.push(events)
      const end = (async () => {
        await send({ type: "websocket.accept" })
        while (events.at(-1)?.type !== "websocket.disconnect") {
          const event = await receive()
          events.push(event)
          if (event.type !== "websocket.receive") continue
          await send({ type: "websocket.send", data: event.data })
        }
      })()
      over.push(end)
      return end
    }
    const leaving = { paths: ["/"], frames: [{ by: 0, frame }] }
    const real = await converse(await serve(application), leaving)
    const inPage = await converse(inThisPage(application), leaving)
    await Promise.all(over)
    expect(inPage).toEqual(real)
    expect(told[0]?.at(-1)).toMatchObject({ type: "websocket.disconnect" })
    expect(told[1]).toEqual(told[0])
  })
})

describe("the stand-in for node:crypto", () => {
  const texts = [
    "café bar",
    "日本 😀",
    ...Array.from({ length: 131 }, (_, length) => "é".repeat(length)),
    ...Array.from({ length: 131 }, (_, length) => "x".repeat(length)),
    "y".repeat(100_000),
  ]

  test("hashes as node:crypto does", () => {
    for (const text of texts) {
      const real = createHash("sha256").update(text).digest("base64url")
      const ours = standIn.createHash("sha256").update(text)
      expect(ours.digest("base64url"), text.slice(0, 140)).toBe(real)
    }
  })

  test("makes random names of the same length, all different", () => {
    const names = Array.from({ length: 100 }, () => {
      return standIn.randomBytes(9).toString("base64url")
    })
    for (const name of names) expect(name).toMatch(/^[\w-]{12}$/)
    expect(new Set(names).size).toBe(names.length)
  })
})

/** Accepts a client, and does this when the first frame arrives. */
function accepted(
  atFirstFrame: (send: Parameters<Application>[2]) => Promise<void>,
): Application {
  return async (_scope, receive, send) => {
    await send({ type: "websocket.accept" })
    while ((await receive()).type === "websocket.connect");
    await atFirstFrame(send)
  }
}

async function serve(application: Application): Promise<OpenSocket> {
  const server = new ProtocolServer(application)
  onTestFinished(() => server.close())
  return overNetwork(await server.listen(0, "localhost"))
}

function inThisPage(application: Application): OpenSocket {
  return (target, listener) => {
    return new InPageSocket(application, target, listener)
  }
}
