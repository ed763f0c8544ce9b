import { randomUUID } from "node:crypto"
import type { Arguments } from "../arguments.ts"
import { CommandError } from "../command-error.ts"
import { twoServersOneRoom } from "../demos/two-servers.ts"
import { findOrStartRedis } from "../machine/redis.ts"
import { findStep } from "../steps.ts"

export const help = `npm run demo 5   starts two servers, and two clients that share a room`

export const takes = ["step"]

/** `npm run demo 5`. */
export async function run({ words }: Arguments): Promise<number> {
  const step = findStep(words[0] ?? "5")
  if (step.name !== "05-redis") {
    throw new CommandError(`Step ${step.number} has no demo, only step 5.`)
  }
  const redis = await findOrStartRedis()
  console.log(redis.how)
  try {
    await twoServersOneRoom({
      step: step.name,
      env: {
        REDIS_URL: redis.url,
        CHANNEL_PREFIX: `demo-${randomUUID()}`,
      },
      say: (line) => console.log(line),
    })
    console.log("Two processes, one room.")
    return 0
  } finally {
    await redis.stop()
  }
}
