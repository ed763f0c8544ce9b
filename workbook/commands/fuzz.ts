import type { Arguments } from "../arguments.ts"
import { CommandError } from "../command-error.ts"
import { findOrStartRedis } from "../machine/redis.ts"
import { passes } from "../processes/run.ts"

export const help = `npm run fuzz              sends a million random frames, handshakes and requests
                          to step 8 and the newest step, and prints the seed
npm run fuzz 5000         … that many
npm run fuzz 5000 12345   … the same ones again, by their seed`

export const takes = ["cases", "seed"]

/** `npm run fuzz`: whatever comes, the chat stays up. */
export async function run({ words }: Arguments): Promise<number> {
  const [cases = "1000000", seed = ""] = words
  for (const word of [cases, seed || "1"]) {
    if (!/^[1-9]\d*$/.test(word)) {
      throw new CommandError(`"${word}" is not a number above 0.`)
    }
  }
  const redis = await findOrStartRedis()
  console.log(redis.how)
  const own = { FUZZ_CASES: cases, FUZZ_SEED: seed, REDIS_URL: redis.url }
  const program = ["Fuzzing", "vitest/vitest.mjs", "run", "tests/fuzz"] as const
  try {
    const env = { ...process.env, ...own }
    return (await passes([...program, "--silent=false"], env)) ? 0 : 1
  } finally {
    await redis.stop()
  }
}
