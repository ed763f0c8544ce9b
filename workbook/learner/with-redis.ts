import { findOrStartRedis } from "../machine/redis.ts"
import { listSteps, type Step } from "../steps.ts"

/** Sees to a Redis while something runs that needs one: the checks of a step,
 * or of those before it. */
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
