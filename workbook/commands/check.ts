import { readArguments } from "../arguments.ts"
import { checkStep } from "../learner/check-step.ts"
import { openLaidOut } from "../learner/open.ts"
import { withRedis } from "../learner/with-redis.ts"

const help = `npm run check 3   checks your step 3 once; the exit code is 0 if all is well`

/** `npm run check 3`. */
export async function run(args: string[]): Promise<number> {
  const { words, options } = readArguments("check", args)
  if (options.help) {
    console.log(help)
    return 0
  }
  const { work, step, tasks } = await openLaidOut("check", words[0])
  const isPassed = await withRedis(step, () => checkStep(work, step, tasks))
  return isPassed ? 0 : 1
}
