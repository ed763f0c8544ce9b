import { Redis } from "ioredis"
import { expect, onTestFinished, test } from "vitest"
import { signUp } from "../support/accounts.ts"
import { ownRedis } from "../support/own-redis.ts"
import {
  connect,
  handshake,
  ownEnvironment,
  startServer,
} from "../support/servers.ts"

const room = "/ws/chat/lobby/"

test("a refused socket makes no Redis subscription", async () => {
  const redis = await ownRedis()
  const env = { ...(await ownEnvironment()), REDIS_URL: redis.url }
  const server = await startServer("06-accounts", env)
  const own = new Redis(redis.url)
  onTestFinished(() => own.disconnect())
  const commands = async () => {
    const stats = await own.info("commandstats")
    return stats.match(/cmdstat_(un)?subscribe/g) ?? []
  }
  const visitor = { name: "a visitor" }
  for (const path of [room, "/ws/chat/a%2Fb/", "/no/such/socket/"]) {
    expect(await handshake(server, path, visitor)).toBe("refused with 403")
  }
  const user = { headers: await signUp(server, "ann"), name: "Ann" }
  for (const path of ["/ws/chat/a%2Fb/", "/no/such/socket/"]) {
    expect(await handshake(server, path, user)).toBe("refused with 404")
  }
  expect(await commands()).toEqual([])
  await connect(server, room, user)
  expect(await commands()).toEqual(["cmdstat_subscribe"])
})
