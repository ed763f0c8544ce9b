import { join } from "node:path"
import type { Arguments } from "../arguments.ts"
import { runInTerminal } from "../processes/run.ts"
import { findStep } from "../steps.ts"

export const help = `npm run say lobby "back in five minutes"   sends a message into the room lobby,
                                            from another process than the servers

Members see it, and it is not stored. It needs Redis, and the same settings as
the servers:
  CHANNEL_LAYER   pubsub, or core
  REDIS_URL       redis://127.0.0.1:6379
  CHANNEL_PREFIX  asgi`

/** `npm run say`. */
export async function run({ words }: Arguments): Promise<number> {
  const program = join("steps", findStep("11").name, "say.ts")
  return (await runInTerminal("tsx/dist/cli.mjs", [program, ...words])) ?? 1
}
