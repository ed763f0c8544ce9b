import { expect, test } from "vitest"
import { load } from "../support/load.ts"
import { ownEnvironment, startServer } from "../support/servers.ts"

test("a Redis is required only if REDIS_URL is set", async () => {
  const env = await ownEnvironment()
  const REDIS_URL = "redis://127.0.0.1:1"
  const asked = startServer("06-accounts", { ...env, REDIS_URL })
  await expect(asked).rejects.toThrow("There is no Redis at 127.0.0.1:1")
  const { readSettings } = await load<
    typeof import("../../steps/06-accounts/settings.ts")
  >("06-accounts/settings.ts")
  expect(readSettings({ REDIS_URL }).channelLayer.mayFallBack).toBe(false)
  expect(readSettings({}).channelLayer.mayFallBack).toBe(true)
})

test("a server that stops does not report a lost Redis", async () => {
  const server = await startServer("06-accounts", await ownEnvironment())
  expect(await server.stop("SIGINT")).toBe(0)
  expect(server.output).not.toContain("Redis is gone")
})
