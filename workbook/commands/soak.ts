import type { Arguments } from "../arguments.ts"
import { findOrStartRedis } from "../machine/redis.ts"
import { passes } from "../processes/run.ts"

export const help = `npm run soak           attacks and accidents that take minutes; prints what was
                       measured, and fails if a promise is broken
npm run soak flood     only those whose names contain the word
SOAK_STEP=07-history npm run soak    … on another step, to compare
SOAK_SEED=12345 npm run soak chaos   … with the same chances as before

Cutting a cable needs root and the program ip, and is left out without them.`

export const takes = ["word"]

/** `npm run soak`: what is too long for `npm test`. */
export async function run({ words }: Arguments): Promise<number> {
  const redis = await findOrStartRedis()
  console.log(redis.how)
  const env = { ...process.env, REDIS_URL: redis.url }
  const only = words[0] ? ["-t", words[0]] : []
  const how = ["--silent=false", "--testTimeout=240000", "--reporter=verbose"]
  // One file after the other: they measure, and would disturb each other.
  const alone = "--no-file-parallelism"
  const files = ["run", "tests/soak", alone]
  const program = ["Soak", "vitest/vitest.mjs", ...files] as const
  try {
    return (await passes([...program, ...how, ...only], env)) ? 0 : 1
  } finally {
    await redis.stop()
  }
}
