import type { Arguments } from "../arguments.ts"
import { CommandError } from "../command-error.ts"
import { openWork } from "../learner/open.ts"

export const help = `npm run restore 3     brings back the copy that was kept last
npm run restore 3 2   … the one before, and so on
The version that it replaces is also kept.`

export const takes = ["step", "which"]

/** `npm run restore 3 [which]`. */
export async function run({ words }: Arguments): Promise<number> {
  const { work, step } = openWork("restore", words[0])
  const copies = await work.saved.list(step.name)
  for (const [index, name] of copies.entries()) {
    console.log(`${index + 1}  ${timeOf(name)}`)
  }
  const chosen = copies[Number(words[1] ?? 1) - 1]
  if (!chosen) {
    throw new CommandError(`There is no such copy of step ${step.number}.`)
  }
  await work.alone(() => work.restore(step, chosen))
  console.log(`Brought back ${timeOf(chosen)}.`)
  return 0
}

function timeOf(copy: string): string {
  return copy.split("_")[0] ?? copy
}
