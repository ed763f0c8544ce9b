import type { Arguments } from "../arguments.ts"
import { changeLaidOut } from "../learner/open.ts"

export const help = `npm run reset 3   starts your step 3 over
Your version is kept: npm run restore 3`

export const takes = ["step"]

/** `npm run reset 3`. */
export async function run({ words }: Arguments): Promise<number> {
  const { step } = await changeLaidOut("reset", words[0], async (opened) => {
    await opened.work.reset(opened.step)
    return opened
  })
  console.log(`Step ${step.number} is as it was when it was laid out.`)
  console.log(`To get your version back: npm run restore ${step.number}`)
  return 0
}
