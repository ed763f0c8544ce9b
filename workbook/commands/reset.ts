import { readArguments } from "../arguments.ts"
import { openLaidOut } from "../learner/open.ts"

const help = `npm run reset 3   starts your step 3 over
What you had is kept: npm run restore 3`

/** `npm run reset 3`. */
export async function run(args: string[]): Promise<number> {
  const { words, options } = readArguments("reset", args)
  if (options.help) {
    console.log(help)
    return 0
  }
  const { work, step } = await openLaidOut("reset", words[0])
  await work.reset(step)
  console.log(`Step ${step.number} is as it was in the beginning.`)
  console.log(`What you had: npm run restore ${step.number}`)
  return 0
}
