import { spawnSync } from "node:child_process"
import { join, relative } from "node:path"
import type { Arguments } from "../arguments.ts"
import { CommandError } from "../command-error.ts"
import { root } from "../folders.ts"
import { openLaidOut } from "../learner/open.ts"
import { isStyled } from "../style.ts"

export const help = `npm run diff 3   compares your step 3 with the finished one`

export const takes = ["step"]

/** `npm run diff 3`: shows the differences as git does. */
export async function run({ words }: Arguments): Promise<number> {
  const { work, step } = await openLaidOut("diff", words[0])
  const mine = relative(root, join(work.path, step.name))
  const color = isStyled ? "always" : "never"
  const { status, error } = spawnSync(
    "git",
    [
      "--no-pager",
      "diff",
      "--no-index",
      // Regions that only the site needs are not in the learner's files.
      "--ignore-matching-lines=^ *// #(end)?region ",
      `--color=${color}`,
      mine,
      `steps/${step.name}`,
    ],
    { cwd: root, stdio: "inherit" },
  )
  if (error) throw new CommandError("npm run diff needs git on the PATH.")
  if (status === 0) console.log("Your step is the same as the finished one.")
  return 0
}
