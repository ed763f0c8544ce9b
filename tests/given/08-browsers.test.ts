import { describe, expect, test } from "vitest"
import type { ServerProcess } from "../../workbook/processes/server-process.ts"
import { signUp } from "../support/accounts.ts"
import { ask } from "../support/ask.ts"
import { guardedSteps } from "../support/later-steps.ts"
import { load } from "../support/load.ts"
import { RawRequest } from "../support/raw-request.ts"
import {
  handshake,
  ownEnvironment,
  startServer,
  useServer,
} from "../support/servers.ts"

const { matches } = await load<
  typeof import("../../steps/08-guard/browsers/allowed-origins.ts")
>("08-guard/browsers/allowed-origins.ts")

const room = "/ws/chat/lobby/"
async function behindTls(step: string): Promise<ServerProcess> {
  const own = await ownEnvironment()
  const PUBLIC_ORIGIN = "https://chat.example"
  return startServer(step, { ...own, PUBLIC_ORIGIN })
}

const strict =
  "default-src 'self';base-uri 'none';form-action 'self';" +
  "frame-ancestors 'none';object-src 'none'"

/** Whether a visitor's handshake gets as far as the check of its session. */
async function origin(server: ServerProcess, name?: string): Promise<string> {
  const Origin = name ?? "" // an empty one is left out
  const request = await RawRequest.upgrade(server.port, room, { Origin })
  const answer = await request.all()
  return answer.includes("another site") ? "refused" : "allowed"
}

describe.each(guardedSteps)("in %s,", (step) => {
  const plain = useServer(step)

  describe("every answer has the headers that keep other sites out:", () => {
    test.each([
      ["a page", "/login/", 200],
      ["a page that there is not", "/none/", 404],
      ["a script", "/static/03-pages/room.js", 200],
      ["a malformed address", "/%zz", 400],
    ])("%s", async (_what, path, status) => {
      const { status: found, headers } = await ask(plain(), path)
      expect(found).toBe(status)
      expect(headers.get("content-security-policy")).toBe(strict)
      expect(headers.get("x-content-type-options")).toBe("nosniff")
      expect(headers.get("referrer-policy")).toBe("same-origin")
      expect(headers.get("x-powered-by")).toBeNull()
    })

    test.each([
      ["a refused handshake", {}, 403],
      ["a handshake of another site", { Origin: "https://evil.example" }, 403],
      ["a malformed handshake", { request: "GET /%zz HTTP/1.1" }, 400],
    ])("%s", async (_what, replaced, status) => {
      const request = await RawRequest.upgrade(plain().port, room, replaced)
      const [line, ...headers] = await request.head()
      expect(line).toContain(` ${status} `)
      const text = headers.join("\n").toLowerCase()
      expect(text).toContain("x-content-type-options: nosniff")
      expect(text).toContain("frame-ancestors 'none'")
    })
  })

  describe("a page with a user", () => {
    test("is stored by no cache; scripts and the login page may be", async () => {
      const headers = await signUp(plain(), "ann")
      const cacheOf = async (path: string, how = {}) => {
        const answer = await ask(plain(), path, how)
        return answer.headers.get("cache-control")
      }
      expect(await cacheOf("/chat/", { headers })).toBe("no-store")
      expect(await cacheOf("/chat/lobby/", { headers })).toBe("no-store")
      expect(await cacheOf("/none/", { headers })).toBe("no-store")
      const script = "/static/03-pages/room.js"
      expect(await cacheOf(script, { headers })).not.toBe("no-store")
      expect(await cacheOf("/login/")).not.toBe("no-store")
    })
  })

  describe("without TLS", () => {
    test("nothing asks browsers for HTTPS, and the cookie works", async () => {
      const { headers } = await ask(plain(), "/login/")
      expect(headers.get("strict-transport-security")).toBeNull()
      expect(headers.get("content-security-policy")).not.toContain("upgrade")
      const { cookie } = await signUp(plain(), "without-tls")
      expect(cookie).toMatch(/^sessionid=/)
    })
  })

  describe("behind TLS", () => {
    test("browsers are told to use HTTPS only", async () => {
      const server = await behindTls(step)
      await server.printed(/People reach it at https:\/\/chat\.example\/chat\//)
      const { headers } = await ask(server, "/login/")
      expect(headers.get("strict-transport-security")).toMatch(/^max-age=\d{7}/)
      expect(headers.get("content-security-policy")).toContain(
        "upgrade-insecure-requests",
      )
    })

    test("the cookie is sent by HTTPS only, and to this host only", async () => {
      const server = await behindTls(step)
      const body = new URLSearchParams({
        username: "ann",
        password: "correct horse",
      })
      const how = { method: "POST", body }
      const { headers } = await ask(server, "/signup/", how)
      const [cookie = ""] = headers.getSetCookie()
      expect(cookie).toMatch(/^__Host-sessionid=/)
      expect(cookie).toContain("Secure")
      expect(cookie).toContain("Path=/")
      expect(cookie).not.toContain("Domain")
      const own = { cookie: cookie.split(";")[0] ?? "" }
      expect(await handshake(server, room, { headers: own })).toBe("accepted")
    })

    test("its public address is an allowed origin", async () => {
      const server = await behindTls(step)
      expect(await origin(server, "https://chat.example")).toBe("allowed")
      expect(await origin(server, "http://chat.example")).toBe("refused")
      expect(await origin(server, "https://chat.example:8443")).toBe("refused")
    })
  })

  describe("an origin", () => {
    test("that is the server's own is always allowed", async () => {
      const own = `http://localhost:${plain().port}`
      expect(await origin(plain(), own)).toBe("allowed")
      expect(await origin(plain(), "http://localhost:1")).toBe("refused")
    })

    test("may be missing: then it is no browser", async () => {
      expect(await origin(plain())).toBe("allowed")
    })

    test("may be required, and others allowed", async () => {
      const server = await startServer(step, {
        ...(await ownEnvironment()),
        REQUIRE_ORIGIN: "1",
        ALLOWED_ORIGINS: ".example, https://other.test:8443",
      })
      expect(await origin(server)).toBe("refused")
      expect(await origin(server, "https://a.b.example")).toBe("allowed")
      expect(await origin(server, "https://other.test:8443")).toBe("allowed")
      expect(await origin(server, "https://other.test")).toBe("refused")
    })
  })
})

describe("a pattern of an origin", () => {
  // Measured with Channels' own OriginValidator.
  test.each([
    ["allowed.com", "http://allowed.com", true],
    ["allowed.com", "https://allowed.com:8443", true],
    ["allowed.com", "HTTP://ALLOWED.COM", true],
    ["allowed.com", "http://www.allowed.com", false],
    [".allowed.com", "http://www.allowed.com", true],
    [".allowed.com", "http://allowed.com", true],
    [".allowed.com", "http://notallowed.com", false],
    ["*.allowed.com", "http://www.allowed.com", false],
    ["http://allowed.com", "http://allowed.com", true],
    ["http://allowed.com", "http://allowed.com:80", true],
    ["http://allowed.com", "https://allowed.com", false],
    ["http://allowed.com", "http://allowed.com:8080", false],
    ["http://.allowed.com", "http://a.b.allowed.com", true],
    ["https://allowed.com", "https://allowed.com:443", true],
    ["*", "http://any.com", true],
    ["a.com", "null", false],
    ["a.com", "", false],
    ["a.com", "something-invalid", false],
    ["a.com", "a.com", false],
    ["a.com", "//a.com", true],
    ["localhost:8000", "http://localhost:3000", false],
    ["localhost", "http://localhost:3000", true],
    ["http://localhost", "http://localhost:3000", false],
    ["[::1]", "http://[::1]:8000", true],
    ["127.0.0.1", "http://127.0.0.1:8000", true],
    ["ws://a.com", "http://a.com", false],
  ])("%s allows %s: %s", (pattern, name, isAllowed) => {
    expect(matches(pattern, name)).toBe(isAllowed)
  })
})
