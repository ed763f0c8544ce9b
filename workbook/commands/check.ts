import type { Arguments } from "../arguments.ts"
import { checkStep } from "../learner/check-step.ts"
import { openLaidOut } from "../learner/open.ts"
import { withRedis } from "../learner/with-redis.ts"

export const help = `npm run check 3   checks your step 3 once; the exit code is 0 if all is well`

export const takes = ["step"]

/** `npm run check 3`. */
export async function run({ words }: Arguments): Promise<number> {
  const { work, step, tasks } = await openLaidOut("check", words[0])
  const isPassed = await withRedis(step, () =>
    checkStep(work, step, tasks, { all: true }),
  )
  return isPassed ? 0 : 1
}
