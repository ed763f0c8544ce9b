import { spawnSync } from "node:child_process"
import { join, relative } from "node:path"
import { readArguments } from "../arguments.ts"
import { CommandError } from "../command-error.ts"
import { root } from "../folders.ts"
import { openLaidOut } from "../learner/open.ts"

const help = `npm run diff 3   your step 3 against the finished one`

/** `npm run diff 3`: as git shows differences. */
export async function run(args: string[]): Promise<number> {
  const { words, options } = readArguments("diff", args)
  if (options.help) {
    console.log(help)
    return 0
  }
  const { work, step } = await openLaidOut("diff", words[0])
  const mine = relative(root, join(work.path, step.name))
  const color = process.stdout.isTTY ? "always" : "never"
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
  if (status === 0) console.log("Yours is the same as the finished one.")
  return 0
}
