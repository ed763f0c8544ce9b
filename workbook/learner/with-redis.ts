import { findOrStartRedis } from "../machine/redis.ts"
import { listSteps, type Step } from "../steps.ts"

/** Provides a Redis to work that needs one: the checks of a step or of the
 * earlier steps. */
export async function withRedis<Result>(
  step: Step,
  work: () => Promise<Result>,
): Promise<Result> {
  const needs = listSteps().some(
    ({ number, needs }) => number <= step.number && needs.includes("redis"),
  )
  if (!needs) return work()
  const redis = await findOrStartRedis()
  process.env.REDIS_URL = redis.url
  try {
    return await work()
  } finally {
    await redis.stop()
  }
}
