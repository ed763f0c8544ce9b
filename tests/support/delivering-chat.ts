import { randomUUID } from "node:crypto"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, onTestFinished } from "vitest"
import type { ChannelLayer } from "../../steps/04-groups/channel-layer.ts"
import { defaultRedisUrl } from "../../workbook/machine/redis.ts"
import type { ServerProcess } from "../../workbook/processes/server-process.ts"
import { signUp } from "./accounts.ts"
import { isCore } from "./later-steps.ts"
import { load } from "./load.ts"
import { openCore } from "./open-core.ts"
import { ownEnvironment, startServer, useServer } from "./servers.ts"

type Headers = Readonly<{ cookie: string }>

export interface DeliveringChat {
  readonly env: NodeJS.ProcessEnv
  readonly server: ServerProcess
  /** On the same database and the same Redis. */
  readonly other: ServerProcess
  readonly ann: Headers
  readonly bob: Headers
}

/** Two servers on one database, and two users, for all tests of a block.
 * @returns a function that returns them, within a test */
export function useDeliveringChat(step: string): () => DeliveringChat {
  const folder = mkdtempSync(join(tmpdir(), "workbook-"))
  afterAll(() => rmSync(folder, { recursive: true }))
  const env = {
    LIMITS: "off",
    CHANNEL_PREFIX: `test-${randomUUID()}`,
    DATABASE_PATH: join(folder, "chat.sqlite3"),
  }
  const server = useServer(step, env)
  const other = useServer(step, env)
  let users: Pick<DeliveringChat, "ann" | "bob">
  beforeAll(async () => {
    users = await signUpBoth(server())
  })
  return () => ({ env, server: server(), other: other(), ...users })
}

/** The same, for one test that stops or kills a server. */
export async function startDeliveringChat(
  step: string,
  more: NodeJS.ProcessEnv = {},
): Promise<DeliveringChat> {
  const env = { ...(await ownEnvironment()), LIMITS: "off", ...more }
  const [server, other] = await Promise.all([
    startServer(step, env),
    startServer(step, env),
  ])
  return { env, server, other, ...(await signUpBoth(server)) }
}

/** Another program on the same Redis, for one test: what it sends, a server
 * has not sent. */
export async function layerBeside(
  env: NodeJS.ProcessEnv,
): Promise<ChannelLayer> {
  const url = env.REDIS_URL || process.env.REDIS_URL || defaultRedisUrl
  const { CHANNEL_PREFIX: prefix } = env
  if (isCore) return openCore({ hosts: [url], prefix })
  const { RedisPubSubChannelLayer } = await load<
    typeof import("../../steps/05-redis/redis-pubsub-channel-layer.ts")
  >("05-redis/redis-pubsub-channel-layer.ts")
  const layer = await RedisPubSubChannelLayer.connect({ url, prefix })
  onTestFinished(() => layer.close())
  return layer
}

async function signUpBoth(server: ServerProcess) {
  return { ann: await signUp(server, "ann"), bob: await signUp(server, "bob") }
}
